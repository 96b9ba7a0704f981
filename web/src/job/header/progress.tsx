import type { Job } from 'fovea-jobs-client';
import { isFinal } from 'fovea-jobs-client';
import { Icon } from '../../controls/icon.tsx';
import { ProgressBar } from '../../controls/progress-bar.tsx';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useServerTexts } from '../../messages/server-texts.ts';
import { useNow } from '../../time/clock.ts';
import { formatClock } from '../../time/time.tsx';
import { Estimate } from './estimate.tsx';
import { formatRange } from './ranges.ts';
import styles from './progress.module.css';

/** Why a job waits, and until when if that is known. */
function Waiting({ waiting }: { waiting: NonNullable<Job['waiting']> }) {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const now = useNow();
  const texts = useServerTexts();
  const leftMs = waiting.until === null ? 0 : Date.parse(waiting.until) - now;
  return (
    <p className={styles.waiting}>
      <Icon name="pause" />
      <span>{texts.waiting(waiting)}</span>
      {waiting.until && leftMs > 0 && (
        <time dateTime={waiting.until} title={formatClock(waiting.until, language)}>
          {m.goesOnIn(formatRange(0, leftMs, language))}
        </time>
      )}
    </p>
  );
}

/** What a job does now, how far it is, or why it waits; nothing once it has ended. */
export function Progress({ job }: { job: Job }) {
  const { job: m } = useMessages();
  const texts = useServerTexts();
  if (isFinal(job)) return null;
  const isActive = job.state === 'ACTIVE';
  const stage = job.stage === null ? m.working : texts.stage(job.stage);
  return (
    <div className={styles.progress}>
      {isActive && (
        <>
          <div className={styles.stage}>
            <span>{stage}</span>
            <strong>{job.progress} %</strong>
          </div>
          <ProgressBar
            percent={job.progress}
            label={m.progress}
            text={`${stage}, ${job.progress} %`}
          />
        </>
      )}
      {job.waiting && <Waiting waiting={job.waiting} />}
      {job.cancelRequestedAt && <p className={styles.canceling}>{m.cancelRequested}</p>}
      {job.estimate && (
        <p className={styles.estimate}>
          <Estimate estimate={job.estimate} />
        </p>
      )}
    </div>
  );
}
