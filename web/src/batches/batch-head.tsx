import type { Batch } from 'fovea-jobs-client';
import { StateBadge } from '../controls/state-badge.tsx';
import { useMessages } from '../messages/messages.tsx';
import { Ago } from '../time/time.tsx';
import styles from './batch-head.module.css';

/** One bar for all jobs of a batch, of which each state has its share, and the counts behind it. */
export function BatchHead({ batch }: { batch: Batch }) {
  const { jobs: m } = useMessages();
  const { state, progress, counts, createdAt, completedAt } = batch;
  return (
    <section className={styles.head} aria-label={m.batch}>
      <p className={styles.line}>
        <span className={styles.percent}>{progress} %</span>
        <span className={styles.state} data-state={state}>
          {m.batchStates[state]}
        </span>
        <span className={styles.when}>
          {m.batchStarted} <Ago at={createdAt} />
          {completedAt && (
            <>
              , {m.batchEnded} <Ago at={completedAt} />
            </>
          )}
        </span>
      </p>
      <div
        role="progressbar"
        aria-label={m.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={progress}
        className={styles.bar}
      >
        {counts.map((it) => (
          <i key={it.state} data-state={it.state} style={{ flexGrow: it.count }} />
        ))}
      </div>
      <ul className={styles.counts}>
        {counts.map((it) => (
          <li key={it.state}>
            <StateBadge state={it.state} /> {it.count}
          </li>
        ))}
      </ul>
    </section>
  );
}
