import { useContext } from 'react';
import type { FieldName } from '../../api/generated/forms.ts';
import { Field as FieldFrame, inputClass } from '../../controls/field.tsx';
import type { InputProps } from '../../controls/field.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Description } from './description.tsx';
import { DurationInput } from './duration-input.tsx';
import type { Field } from './field.ts';
import { Pickers } from './form-props.ts';
import type { FieldControlProps } from './form-props.ts';
import { GroupControl } from './group-control.tsx';

/** Texts that may be this long are written in several lines. */
const longText = 1_000;

/** One field: its label, the control that its type asks for, what the schema says of it, and what is wrong with it. */
export function FieldControl(props: FieldControlProps) {
  const { field, path, value, issues, onValue } = props;
  const { newJob: m } = useMessages();
  if (field.type === 'Group') return <GroupControl {...props} />;
  const error = issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`));
  const frame = {
    label: m.fields[field.name as FieldName],
    isRequired: field.isRequired,
    note: field.isRequired ? m.required : undefined,
    error: error?.message,
  };
  if (field.type === 'Boolean') {
    return (
      <FieldFrame {...frame} hint={<Description text={field.description} />} isCheckbox>
        {(input) => (
          <input
            {...input}
            type="checkbox"
            checked={value === true}
            onChange={({ target }) => onValue(target.checked)}
          />
        )}
      </FieldFrame>
    );
  }
  const chosen = field.values?.find(({ name }) => name === value)?.description;
  const hint = (
    <>
      <Description text={chosen ?? field.description} />
      {field.isList && field.type !== 'ID' && ` ${m.separated}`}
    </>
  );
  return (
    <FieldFrame {...frame} hint={hint}>
      {(input) => <Control {...props} input={input} />}
    </FieldFrame>
  );
}

function Control(props: FieldControlProps & { input: InputProps }) {
  const { field, path, input, value, onValue, isManyVideos, videoId } = props;
  const pickers = useContext(Pickers);
  const Picker = field.type === 'ID' ? pickers[field.name] : undefined;
  if (Picker) {
    const isMany = isManyVideos && path === 'videoId';
    const ids = (Array.isArray(value) ? value : [value]).filter(Boolean) as string[];
    return (
      <Picker
        input={input}
        ids={ids}
        isMultiple={field.isList || isMany}
        videoId={videoId}
        onChoose={(next) => onValue(field.isList || isMany ? next : (next[0] ?? ''))}
      />
    );
  }
  const text = typeof value === 'string' ? value : '';
  if (field.name === 'delayMs') return <DurationInput {...{ input, text, onValue }} />;
  if (field.values) return <Choice {...{ field, input, text, onValue }} />;
  if ((field.maxLength ?? 0) >= longText) {
    return (
      <textarea
        {...input}
        className={inputClass}
        value={text}
        onChange={({ target }) => onValue(target.value)}
      />
    );
  }
  const isNumber = field.type === 'Int' || field.type === 'Float';
  return (
    <input
      {...input}
      className={inputClass}
      type={field.type === 'DateTime' ? 'datetime-local' : 'text'}
      inputMode={isNumber && !field.isList ? 'decimal' : undefined}
      autoComplete="off"
      value={text}
      onChange={({ target }) => onValue(target.value)}
    />
  );
}

interface ChoiceProps {
  field: Field;
  input: InputProps;
  text: string;
  onValue: (value: string) => void;
}

function Choice({ field, input, text, onValue }: ChoiceProps) {
  const { newJob: m } = useMessages();
  return (
    <select
      {...input}
      className={inputClass}
      value={text}
      onChange={({ target }) => onValue(target.value)}
    >
      {field.defaultValue === undefined && <option value="">{m.unset}</option>}
      {field.values?.map(({ name }) => (
        <option key={name} value={name} lang="en">
          {name === field.defaultValue ? m.defaultOf(toWords(name)) : toWords(name)}
        </option>
      ))}
    </select>
  );
}

/** `SENTENCE_BASED` is "Sentence based". */
function toWords(name: string): string {
  const words = name.replaceAll('_', ' ').toLowerCase();
  return words[0]!.toUpperCase() + words.slice(1);
}
