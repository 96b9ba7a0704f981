import type { Queue } from 'fovea-jobs-client';
import { Link } from 'wouter';
import { Icon } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import { formatDuration } from '../time/time.tsx';
import type { FindingKind } from './assess.ts';
import styles from './queues.module.css';

const isWrong = (kind: FindingKind) => kind === 'noWorker' || kind === 'stuck';

/** What is wrong, over all queues, and what to do about it. */
export function Findings({
  queues,
}: {
  queues: readonly { queue: Queue; found: readonly FindingKind[] }[];
}) {
  const { queues: m } = useMessages();
  const all = queues
    .flatMap(({ queue, found }) => found.map((kind) => ({ queue, kind })))
    .toSorted((a, b) => Number(isWrong(b.kind)) - Number(isWrong(a.kind)));
  return (
    <section aria-label={m.findings} className={styles.findings} aria-live="polite">
      {all.length === 0 && (
        <p className={styles.allWell}>
          <Icon name="check" />
          {m.allWell}
        </p>
      )}
      <ul>
        {all.map(({ queue, kind }) => (
          <Finding key={`${queue.type} ${kind}`} queue={queue} kind={kind} />
        ))}
      </ul>
    </section>
  );
}

function Finding({ queue, kind }: { queue: Queue; kind: FindingKind }) {
  const { queues: m, controls } = useMessages();
  const name = controls.types[queue.type];
  const age = formatDuration(queue.oldestQueuedAgeMs ?? 0);
  const { queued } = queue.counts;
  const texts: Record<FindingKind, [string, string]> = {
    noWorker: [m.found.noWorker(name, queued), m.found.noWorkerDo],
    stuck: [m.found.stuck(name, age), m.found.stuckDo],
    paused: [m.found.paused(name, queued), m.found.pausedDo],
    full: [m.found.full(name, age), m.found.fullDo],
    failing: [m.found.failing(name, `${Math.round(queue.failureRate * 100)} %`), m.found.failingDo],
  };
  const [what, advice] = texts[kind];
  return (
    <li className={styles.finding} data-level={isWrong(kind) ? 'wrong' : 'warning'}>
      <Icon name={kind === 'paused' ? 'pause' : 'errors'} />
      <div>
        <p>{what}</p>
        <small>
          {kind === 'failing' ? <Link href={`/errors?type=${queue.type}`}>{advice}</Link> : advice}
        </small>
      </div>
    </li>
  );
}
