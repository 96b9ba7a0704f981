import type { FieldName } from '../../api/generated/forms.ts';
import { useMessages } from '../../messages/messages.tsx';
import { FieldControl } from './field-control.tsx';
import type { Field } from './field.ts';
import type { FormFieldsProps } from './form-props.ts';
import styles from './form.module.css';
import { fillNew } from './raw.ts';
import type { Raw } from './raw.ts';

/** The fields of an input: what it needs first, then a choice of which only one may be there, then what has a default. */
export function FormFields(props: FormFieldsProps) {
  const { form, raw, onChange, prefix = '' } = props;
  const { newJob: m } = useMessages();
  const { fields = [], alternatives = [] } = form;
  const order = Object.keys(m.fields);
  const sorted = fields.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const others = sorted.filter(({ name }) => !alternatives.includes(name));
  const required = others.filter(({ isRequired }) => isRequired);
  const optional = others.filter(({ isRequired }) => !isRequired);
  const set = (name: string, value: Raw) => onChange({ ...raw, [name]: value });
  const show = (field: Field) => (
    <FieldControl
      key={field.name}
      {...props}
      field={field}
      path={`${prefix}${field.name}`}
      value={raw[field.name]}
      onValue={(value) => set(field.name, value)}
      nest={showNested}
    />
  );
  const chosen = sorted.find(
    ({ name }) => alternatives.includes(name) && raw[name] !== undefined && !isEmpty(raw[name]),
  );
  return (
    <>
      {required.length > 0 && <div className={styles.required}>{required.map(show)}</div>}
      {alternatives.length > 0 && (
        <Alternatives
          fields={alternatives.map((name) => fields.find((field) => field.name === name)!)}
          chosen={chosen}
          onChoose={(field) => {
            const none = Object.fromEntries(alternatives.map((name) => [name, undefined]));
            onChange({ ...raw, ...none, [field.name]: fillNew(field) });
          }}
        />
      )}
      {chosen && show(chosen)}
      {optional.length > 0 && <div className={styles.optional}>{optional.map(show)}</div>}
    </>
  );
}

const showNested = (props: FormFieldsProps) => <FormFields {...props} />;

const isEmpty = (raw: Raw) => Array.isArray(raw) && raw.length === 0;

interface AlternativesProps {
  fields: readonly Field[];
  chosen: Field | undefined;
  onChoose: (field: Field) => void;
}

function Alternatives({ fields, chosen, onChoose }: AlternativesProps) {
  const { newJob: m } = useMessages();
  const group = fields.map(({ name }) => name).join('-');
  return (
    <div role="radiogroup" className={styles.alternatives} aria-label={m.either}>
      {fields.map((field) => (
        <label key={field.name}>
          <input
            type="radio"
            name={group}
            checked={field === chosen}
            onChange={() => onChoose(field)}
          />
          {m.fields[field.name as FieldName]}
        </label>
      ))}
    </div>
  );
}
