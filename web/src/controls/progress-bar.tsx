import styles from './progress-bar.module.css';

/** How far something is, in percent; `text` says it to those who do not see the bar. */
export function ProgressBar({
  percent,
  label,
  text,
}: {
  percent: number;
  label: string;
  text?: string;
}) {
  return (
    <progress
      className={styles.bar}
      value={percent}
      max={100}
      aria-label={label}
      aria-valuetext={text ?? `${percent} %`}
    />
  );
}
