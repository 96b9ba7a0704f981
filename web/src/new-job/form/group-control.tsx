import { useContext } from 'react';
import type { FieldName } from '../../api/generated/forms.ts';
import { Button } from '../../controls/button.tsx';
import { Field as FieldFrame } from '../../controls/field.tsx';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Description } from './description.tsx';
import { BesideLists } from './form-props.ts';
import type { FieldControlProps } from './form-props.ts';
import styles from './form.module.css';
import { fillForm, fillNew } from './raw.ts';
import type { RawGroup } from './raw.ts';

/** Fields that belong together: always there, there if one wants it, or as often as one wants. */
export function GroupControl(props: FieldControlProps) {
  const { field, form, path, issues, value, onValue } = props;
  const { newJob: m } = useMessages();
  const label = m.fields[field.name as FieldName];
  if (field.isList) return <GroupList {...props} />;
  const isOptional = !field.isRequired && !form.alternatives?.includes(field.name);
  const error = issues.find((issue) => issue.path === path)?.message;
  const inner = value !== undefined && (
    <fieldset className={styles.group} aria-invalid={error ? true : undefined} tabIndex={-1}>
      <legend className={isOptional ? 'visually-hidden' : styles.legend}>{label}</legend>
      {!isOptional && (
        <p className={styles.hint}>
          <Description text={field.description} />
        </p>
      )}
      {error && <p className={styles.error}>{error}</p>}
      {props.nest({
        ...props,
        form: field,
        raw: value as RawGroup,
        onChange: onValue,
        prefix: `${path}.`,
      })}
    </fieldset>
  );
  if (!isOptional) return inner;
  return (
    <div className={styles.optionalGroup}>
      <FieldFrame label={label} hint={<Description text={field.description} />} isCheckbox>
        {(input) => (
          <input
            {...input}
            type="checkbox"
            checked={value !== undefined}
            onChange={({ target }) => onValue(target.checked ? fillNew(field) : undefined)}
          />
        )}
      </FieldFrame>
      {inner}
    </div>
  );
}

function GroupList(props: FieldControlProps) {
  const { field, path, issues, value, onValue } = props;
  const { newJob: m } = useMessages();
  const Beside = useContext(BesideLists)[field.name];
  const items = (value ?? []) as readonly RawGroup[];
  const error = issues.find((issue) => issue.path === path)?.message;
  return (
    <fieldset className={styles.group} aria-invalid={error ? true : undefined} tabIndex={-1}>
      <legend className={styles.legend}>{m.fields[field.name as FieldName]}</legend>
      <p className={styles.hint}>
        <Description text={field.description} />
      </p>
      {error && <p className={styles.error}>{error}</p>}
      {Beside && (
        <Beside items={items} onItems={onValue} videoId={props.videoId} around={props.raw} />
      )}
      {items.map((item, index) => (
        <fieldset key={index} className={styles.item}>
          <legend className={styles.itemHead}>
            {m.number(index + 1)}
            <Button
              kind="quiet"
              aria-label={m.removeItem(m.number(index + 1))}
              onClick={() => onValue(items.filter((_item, at) => at !== index))}
            >
              <Icon name="close" size={12} />
            </Button>
          </legend>
          {props.nest({
            ...props,
            form: field,
            raw: item,
            onChange: (next) => onValue(items.map((it, at) => (at === index ? next : it))),
            prefix: `${path}.${index}.`,
          })}
        </fieldset>
      ))}
      <Button onClick={() => onValue([...items, fillForm(field)])}>
        <Icon name="add" />
        {m.addObject}
      </Button>
    </fieldset>
  );
}
