import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './field.module.css';
import { Icon } from './icon.tsx';

/** How an input looks. */
export const inputClass = styles.input!;

/** What ties an input to its label, its hint and its error. */
export interface InputProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
  'aria-required': boolean | undefined;
}

interface FieldProps {
  label: string;
  /** Stands after the label, such as "required", which `isRequired` says to the ear. */
  note?: string | undefined;
  isRequired?: boolean | undefined;
  hint?: ReactNode;
  error?: string | undefined;
  /** A checkbox stands before its label. */
  isCheckbox?: boolean;
  children: (props: InputProps) => ReactNode;
}

/** An input with its label, what it means, and what is wrong with it. */
export function Field({ label, note, isRequired, hint, error, isCheckbox, children }: FieldProps) {
  const id = useId();
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const input = children({
    id,
    'aria-describedby': describedBy || undefined,
    'aria-invalid': error !== undefined,
    'aria-required': isRequired || undefined,
  });
  return (
    <div className={isCheckbox ? styles.check : styles.field}>
      {isCheckbox && input}
      <div className={styles.label}>
        <label htmlFor={id}>{label}</label>
        {note && <small aria-hidden="true">{note}</small>}
      </div>
      {!isCheckbox && input}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="errors" size={14} />
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
