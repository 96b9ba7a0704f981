import { useMessages } from '../../messages/messages.tsx';
import styles from './input.module.css';
import type { Parameter } from './parameters.ts';

function isList(value: Parameter): value is readonly Parameter[] {
  return Array.isArray(value);
}

/** A parameter as people read it. What is absent is what the server decides. */
export function ParameterValue({ value }: { value: Parameter }) {
  const { job: m } = useMessages();
  if (value === null) return <span className={styles.default}>{m.unset}</span>;
  if (typeof value === 'boolean') return value ? m.yes : m.no;
  if (typeof value !== 'object') return String(value);
  if (isList(value))
    return (
      <ul className={styles.list}>
        {value.map((item, index) => (
          <li key={index}>
            <ParameterValue value={item} />
          </li>
        ))}
      </ul>
    );
  return Object.entries(value).map(([key, inner]) => (
    <span key={key} className={styles.pair}>
      {m.parameters[key as keyof typeof m.parameters] ?? key}: <ParameterValue value={inner} />
    </span>
  ));
}
