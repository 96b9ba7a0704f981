import { Problem } from '../../controls/notice.tsx';
import { ProgressBar } from '../../controls/progress-bar.tsx';
import { StateBadge } from '../../controls/state-badge.tsx';
import { numberFormat } from '../../messages/formats.ts';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import styles from './bulk-report.module.css';
import type { BulkKind, BulkProgress } from './run-bulk.ts';
import type { BulkCounts } from './target.ts';

export interface Outcome extends BulkProgress {
  isOver: boolean;
  wasStopped: boolean;
  error?: Error;
}

function useNumber(): (value: number) => string {
  const { language } = useLanguage();
  const format = numberFormat(language);
  return (value) => format.format(value);
}

/** What will be done, and to how many jobs of which state. */
export function BulkPreview({ kind, counts }: { kind: BulkKind; counts: BulkCounts }) {
  const { jobs: m } = useMessages();
  const number = useNumber();
  const { states, concerned, others } = counts;
  if (concerned === 0) return <p>{kind === 'cancel' ? m.nothingToCancel : m.nothingToRetry}</p>;
  const count = number(concerned);
  return (
    <div className={styles.report}>
      <p className={styles.main}>{kind === 'cancel' ? m.willCancel(count) : m.willRetry(count)}</p>
      {states.length > 1 && (
        <ul className={styles.states}>
          {states.map((it) => (
            <li key={it.state}>
              <StateBadge state={it.state} /> {number(it.count)}
            </li>
          ))}
        </ul>
      )}
      {others > 0 && <p className={styles.soft}>{m.others(number(others))}</p>}
    </div>
  );
}

/** How far it is, and in the end what was done and what was not. */
export function BulkReport({
  kind,
  outcome,
  count,
}: {
  kind: BulkKind;
  outcome: Outcome;
  count: number;
}) {
  const { jobs: m } = useMessages();
  const number = useNumber();
  const { asked, changed, isOver, wasStopped, error } = outcome;
  // Jobs may have come or gone since they were counted.
  const total = isOver && !wasStopped ? asked : Math.max(count, asked);
  const unchanged = asked - changed;
  return (
    <div className={styles.report} role="status">
      {!isOver && (
        <ProgressBar
          percent={total === 0 ? 0 : Math.round((asked / total) * 100)}
          label={m.bulkProgress}
          text={`${asked} / ${total}`}
        />
      )}
      <p className={styles.main}>
        {kind === 'cancel' ? m.canceled(number(changed)) : m.retried(number(changed))}
      </p>
      {unchanged > 0 && <p className={styles.soft}>{m.unchanged(number(unchanged))}</p>}
      {wasStopped && <p className={styles.soft}>{m.stopped(number(total - asked))}</p>}
      {error && <Problem error={error} />}
    </div>
  );
}
