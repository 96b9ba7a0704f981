import { dateFormat } from '../messages/formats.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import styles from './sparkline.module.css';

export interface SparkStep {
  /** When it began. */
  at: string | number;
  /** Absent where only failures are shown. */
  completed?: number;
  failed: number;
}

const height = 40;
const step = 5;
const bar = 4;
/** Rows of the table at most. */
const maxRows = 6;

/** What completed and failed, step by step: bars for the eye, and a table for the ear. */
export function Sparkline({
  label,
  steps,
  options = { timeStyle: 'short' },
}: {
  label: string;
  steps: readonly SparkStep[];
  /** How the times are written. */
  options?: Intl.DateTimeFormatOptions;
}) {
  const { controls: m } = useMessages();
  const { language } = useLanguage();
  const clock = dateFormat(language, options);
  const most = Math.max(1, ...steps.map(({ completed = 0, failed }) => completed + failed));
  const scale = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * height));
  const grouped = Math.ceil(steps.length / maxRows);
  const rows = Array.from({ length: Math.ceil(steps.length / grouped) || 0 }, (_row, index) =>
    steps.slice(index * grouped, (index + 1) * grouped),
  );
  const hasCompleted = steps.some(({ completed }) => completed !== undefined);
  const sum = (row: readonly SparkStep[], name: 'completed' | 'failed') =>
    row.reduce((total, each) => total + (each[name] ?? 0), 0);
  return (
    <div className={styles.sparkline}>
      <svg
        viewBox={`0 0 ${steps.length * step} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {steps.map(({ at, completed = 0, failed }, index) => (
          <g key={at}>
            <title>{`${clock.format(new Date(at))}: ${hasCompleted ? m.spark(completed, failed) : m.sparkFailed(failed)}`}</title>
            <rect className={styles.slot} x={index * step} width={step} height={height} />
            <rect
              className={styles.completed}
              x={index * step}
              y={height - scale(completed)}
              width={bar}
              height={scale(completed)}
            />
            <rect
              className={styles.failed}
              x={index * step}
              y={Math.max(0, height - scale(completed) - scale(failed))}
              width={bar}
              height={scale(failed)}
            />
          </g>
        ))}
      </svg>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{m.sparkFrom}</th>
            {hasCompleted && <th scope="col">{m.states.COMPLETED}</th>}
            <th scope="col">{m.states.FAILED}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]!.at}>
              <th scope="row">{clock.format(new Date(row[0]!.at))}</th>
              {hasCompleted && <td>{sum(row, 'completed')}</td>}
              <td>{sum(row, 'failed')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
