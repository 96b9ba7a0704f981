import { ProgressBar } from '../../controls/progress-bar.tsx';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useServerTexts } from '../../messages/server-texts.ts';
import { useNow } from '../../time/clock.ts';
import { formatClock, formatDuration } from '../../time/time.tsx';
import type { JobRow } from '../engine/rows.ts';
import { formatRange } from './range.ts';
import styles from './row-progress.module.css';

/** How far a job is, why it waits, or how it ended: in one line. */
export function RowProgress({ job }: { job: JobRow }) {
  switch (job.state) {
    case 'ACTIVE':
      return <Running job={job} />;
    case 'QUEUED':
    case 'DELAYED':
      return <Waiting job={job} />;
    case 'FAILED':
      return <Failed job={job} />;
    case 'COMPLETED':
      return <Completed job={job} />;
    default:
      return null;
  }
}

function Running({ job }: { job: JobRow }) {
  const { jobs: m } = useMessages();
  const { language } = useLanguage();
  const now = useNow();
  const texts = useServerTexts();
  const { estimate, progress } = job;
  const stage = job.stage && texts.stage(job.stage);
  const range =
    estimate && formatRange(estimate.completesAfter, estimate.completesBefore, now, language);
  const text = [stage, range && m.doneIn(range)].filter(Boolean).join(' · ');
  return (
    <div className={styles.running}>
      <span className={styles.text} title={text}>
        {text}
      </span>
      <span className={styles.percent}>{progress} %</span>
      <ProgressBar percent={progress} label={m.progress} text={`${progress} %, ${stage ?? ''}`} />
    </div>
  );
}

function Waiting({ job }: { job: JobRow }) {
  const { jobs: m } = useMessages();
  const { language } = useLanguage();
  const now = useNow();
  const texts = useServerTexts();
  const { waiting, position, estimate, nextAttemptAt } = job;
  const range =
    estimate?.startsAfter &&
    estimate.startsBefore &&
    formatRange(estimate.startsAfter, estimate.startsBefore, now, language);
  const place = position === 1 ? m.next : position && m.place(position);
  const why = waiting && waiting.reason !== 'POSITION' ? m.reasons[waiting.reason] : '';
  const at = nextAttemptAt && formatClock(nextAttemptAt, language);
  const when = at && (waiting?.reason === 'RETRY' ? m.retriesAt(at) : m.startsAt(at));
  const parts = when ? [when] : [why || place, range && m.startsIn(range)];
  return (
    <span className={styles.text} title={waiting ? texts.waiting(waiting) : undefined}>
      {parts.filter(Boolean).join(' · ') || (waiting && m.reasons[waiting.reason])}
    </span>
  );
}

function Failed({ job: { error } }: { job: JobRow }) {
  if (!error) return null;
  return (
    <span className={`${styles.text} ${styles.failed}`} title={error.message} dir="auto">
      <code>{error.code}</code> {error.message}
    </span>
  );
}

function Completed({ job: { startedAt, completedAt } }: { job: JobRow }) {
  const { jobs: m } = useMessages();
  if (!startedAt || !completedAt) return null;
  const ms = Date.parse(completedAt) - Date.parse(startedAt);
  return (
    <span className={`${styles.text} ${styles.faint}`}>
      {ms < 1_000 ? m.tookNoTime : m.took(formatDuration(ms))}
    </span>
  );
}
