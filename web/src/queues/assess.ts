import type { Queue } from 'fovea-jobs-client';
import type { QueueDetailsQuery } from '../api/generated/types.ts';

export type QueueDetails = QueueDetailsQuery['queues'][number];

/** Waiting for longer than this while nothing starts is no pause between two jobs; a rate limit delays up to a minute. */
const idleMs = 120_000;
/** With every place busy, jobs that wait for longer than this would like more places. */
const longMs = 600_000;
/** A share of failures above this is no bad luck. */
const failing = 0.2;

export type FindingKind = 'noWorker' | 'stuck' | 'paused' | 'failing' | 'full';

/** What is wrong with a queue, the worst first, by what the server says of it. */
export function assess(queue: Queue, details: QueueDetails | undefined): FindingKind[] {
  const { counts, workers, paused, capacity, failureRate } = queue;
  const age = queue.oldestQueuedAgeMs ?? 0;
  const recent = details?.history.slice(-3) ?? [];
  const isStill = details !== undefined && recent.every(({ started }) => started === 0);
  const found: FindingKind[] = [];
  if (workers === 0) found.push('noWorker');
  else if (!paused && counts.queued > 0 && age > idleMs && counts.active === 0 && isStill) {
    found.push('stuck');
  }
  if (paused) found.push('paused');
  if (failureRate > failing) found.push('failing');
  if (!paused && workers > 0 && counts.active >= capacity && age > longMs) found.push('full');
  return found;
}

export type QueueStatus = 'running' | 'idle' | 'paused' | 'noWorker' | 'stuck';

/** The one word for a queue. */
export function toStatus({ counts }: Queue, found: readonly FindingKind[]): QueueStatus {
  const worst = (['noWorker', 'stuck', 'paused'] as const).find((kind) => found.includes(kind));
  return worst ?? (counts.active > 0 ? 'running' : 'idle');
}

/** `video-summarization`, as the server's log and its settings name it. */
export function queueName({ type }: Pick<Queue, 'type'>): string {
  return type.toLowerCase().replaceAll('_', '-');
}
