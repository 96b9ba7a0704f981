import type { ButtonHTMLAttributes } from 'react';
import styles from './button.module.css';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

/** A button. `quiet` has no frame, for those in rows and bars. */
export function Button({
  kind = 'plain',
  className = '',
  type = 'button',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind }) {
  return (
    <button type={type} className={`${styles.button} ${styles[kind]} ${className}`} {...rest} />
  );
}
