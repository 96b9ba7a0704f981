import type { Queue } from 'fovea-jobs-client';
import { Sparkline } from '../controls/sparkline.tsx';
import { numberFormat } from '../messages/formats.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { useViewer } from '../session/viewer.tsx';
import { useNow } from '../time/clock.ts';
import { formatClock, formatDuration } from '../time/time.tsx';
import { queueName, toStatus } from './assess.ts';
import type { FindingKind, QueueDetails } from './assess.ts';
import { PauseButton } from './pause-button.tsx';
import styles from './queues.module.css';
import { slideHistory } from './slide-history.ts';
import { useWaitingAge } from './use-waiting-age.ts';
import { Workers } from './workers.tsx';

interface QueueCardProps {
  queue: Queue;
  details: QueueDetails | undefined;
  found: readonly FindingKind[];
}

/** One queue: its figures now, its last hour, and its workers. */
export function QueueCard({ queue, details, found }: QueueCardProps) {
  const { queues: m, controls } = useMessages();
  const { language } = useLanguage();
  const { counts, capacity, pausedAt, ratePerMinute } = queue;
  const name = controls.types[queue.type];
  const status = toStatus(queue, found);
  const now = useNow();
  const { owner } = useViewer();
  const by = details?.pausedBy === owner ? null : details?.pausedBy;
  return (
    <article className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <div>
          <h2>{name}</h2>
          <code>{queueName(queue)}</code>
        </div>
        <span className={styles.status} data-status={status}>
          <i aria-hidden="true" />
          {m.statuses[status]}
        </span>
        <PauseButton queue={queue} name={name} />
      </header>
      {pausedAt && (
        <p className={styles.pausedSince}>
          {m.pausedSince(formatClock(pausedAt, language), by)}
          {details?.pauseReason && <q>{details.pauseReason}</q>}
        </p>
      )}
      <Figures queue={queue} />
      <div className={styles.capacity}>
        <meter min={0} max={Math.max(1, capacity)} value={counts.active} aria-label={m.busy} />
        <span>{m.capacity(counts.active, capacity)}</span>
        <span>{ratePerMinute === null ? m.noRate : m.rate(ratePerMinute)}</span>
      </div>
      <div>
        <Sparkline label={m.hour(name)} steps={slideHistory(details?.history ?? [], now)} />
        <p className={styles.axis} aria-hidden="true">
          <span>{m.hourAgo}</span>
          <span>{m.now}</span>
        </p>
      </div>
      {details?.workersDetail && <Workers workers={details.workersDetail} />}
    </article>
  );
}

function Figures({ queue }: { queue: Queue }) {
  const { queues: m } = useMessages();
  const { language } = useLanguage();
  const { counts, completedPerMinute, failureRate, averageDurationMs } = queue;
  const age = useWaitingAge(queue);
  const number = numberFormat(language, { maximumFractionDigits: 1 });
  const share = numberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const figures = [
    [m.waiting, number.format(counts.queued)],
    [m.running, number.format(counts.active)],
    [m.delayed, number.format(counts.delayed)],
    [m.oldest, age === undefined ? m.none : formatDuration(age)],
    [m.perMinute, number.format(completedPerMinute)],
    [m.failing, share.format(failureRate)],
    [m.lasts, averageDurationMs === null ? m.none : formatDuration(averageDurationMs)],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
