import { useState } from 'react';
import { inputClass } from '../../controls/field.tsx';
import type { InputProps } from '../../controls/field.tsx';
import { useMessages } from '../../messages/messages.tsx';
import styles from './form.module.css';

const units = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof units;

interface DurationInputProps {
  input: InputProps;
  /** Milliseconds; empty for none. */
  text: string;
  onValue: (text: string) => void;
}

/** A duration by a number and its unit. */
export function DurationInput({ input, text, onValue }: DurationInputProps) {
  const { newJob: m } = useMessages();
  const [unit, setUnit] = useState<Unit>('minutes');
  const [typed, setTyped] = useState(() => (text ? String(Number(text) / units.minutes) : ''));
  function change(amount: string, next: Unit): void {
    setTyped(amount);
    setUnit(next);
    const ms = Number(amount.trim()) * units[next];
    // What is no number stays as it is typed, and is refused as such.
    onValue(amount.trim() !== '' && Number.isFinite(ms) ? String(Math.round(ms)) : amount.trim());
  }
  return (
    <div className={styles.duration}>
      <input
        {...input}
        className={inputClass}
        inputMode="decimal"
        autoComplete="off"
        value={typed}
        onChange={({ target }) => change(target.value, unit)}
      />
      <select
        className={inputClass}
        aria-label={m.unit}
        value={unit}
        onChange={({ target }) => change(typed, target.value as Unit)}
      >
        {Object.keys(units).map((name) => (
          <option key={name} value={name}>
            {m.units[name as Unit]}
          </option>
        ))}
      </select>
    </div>
  );
}
