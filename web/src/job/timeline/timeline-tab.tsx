import { useState } from 'react';
import type { Job } from 'fovea-jobs-client';
import { isFinal } from 'fovea-jobs-client';
import { JobAttempts } from '../../api/generated/documents.ts';
import { Loading, Problem } from '../../controls/notice.tsx';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useNow } from '../../time/clock.ts';
import { formatSpan } from '../header/ranges.ts';
import { useFollowedQuery } from '../use-followed-query.ts';
import { readHistory } from './history.ts';
import { RunRows, WaitRow } from './rows.tsx';
import { createTimeScale } from './time-scale.ts';
import styles from './timeline.module.css';

/** What a job has waited for and done, as bars on one axis of time. */
export function TimelineTab({ job }: { job: Job }) {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const [isFolded, setIsFolded] = useState(true);
  const now = useNow();
  const { data, error, refetch } = useFollowedQuery(
    JobAttempts,
    { id: job.id },
    `${job.state} ${job.attempt} ${job.stage} ${job.cancelRequestedAt}`,
  );
  if (error && !data) return <Problem error={error} onRetry={refetch} />;
  if (!data?.job) return <Loading />;
  const { whole, parts } = readHistory(job, data.job.attempts, now);
  const busy = parts.filter((part) => part.kind === 'run');
  const scale = createTimeScale(whole, busy, isFolded);
  const length = formatSpan(whole.to - whole.from, language);
  const canFold = scale.folds.length > 0 || !isFolded;
  return (
    <section className={styles.timeline} aria-label={m.tabs.timeline}>
      <div className={styles.bar}>
        <p>{isFinal(job) ? m.inAll(length) : m.soFar(length)}</p>
        {canFold && (
          <label>
            <input
              type="checkbox"
              checked={isFolded}
              onChange={({ target }) => setIsFolded(target.checked)}
            />{' '}
            {m.foldIdle}
          </label>
        )}
      </div>
      <ol className={styles.parts}>
        {parts.map((part) =>
          part.kind === 'wait' ? (
            <WaitRow key={part.from} wait={part} scale={scale} />
          ) : (
            <RunRows key={part.from} run={part} scale={scale} />
          ),
        )}
      </ol>
    </section>
  );
}
