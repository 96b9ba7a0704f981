import { isFinal, isInQueue } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { QueuePace } from '../../queue/pace.ts';
import type { GraphQLContext } from '../context.ts';

/** The remaining run time of a job that has run longer than the mean, as a share of the mean. */
const minRemainingShare = 0.1;

type EstimateContext = Pick<GraphQLContext, 'clock' | 'findPace' | 'findPosition' | 'settings'>;

/** When a job will start; null once it has started, and if it cannot be estimated. */
export async function estimateStart(job: JobRow, context: EstimateContext): Promise<Date | null> {
  if (isFinal(job.state) || job.state === 'ACTIVE') return null;
  const pace = await context.findPace(job.type);
  if (!pace || pace.meanDurationMs === null) return null;
  if (job.state === 'DELAYED') return job.nextAttemptAt;
  const position = isInQueue(job) ? await context.findPosition(job.id) : undefined;
  if (position === undefined) return null;
  const now = context.clock.now();
  const waitMs = estimateWait(pace, position, context.settings(job.type).ratePerMinute, now);
  return waitMs === null ? null : new Date(now + waitMs);
}

/** When a job will complete; null once it is final, and if it cannot be estimated. */
export async function estimateCompletion(
  job: JobRow,
  context: EstimateContext,
): Promise<Date | null> {
  if (isFinal(job.state)) return null;
  const durationMs = (await context.findPace(job.type))?.meanDurationMs;
  if (durationMs === undefined || durationMs === null) return null;
  if (job.state === 'ACTIVE') {
    const now = context.clock.now();
    const startedAt = job.startedAt?.getTime() ?? now;
    return new Date(Math.max(startedAt + durationMs, now + minRemainingShare * durationMs));
  }
  const start = await estimateStart(job, context);
  return start && new Date(start.getTime() + durationMs);
}

/**
 * How long the job at a position waits, in ms; null without workers. Running jobs are assumed to end after the mean duration.
 * Waiting jobs then start in order as capacity becomes free, but no faster than the rate limit allows.
 */
export function estimateWait(
  { meanDurationMs, activeSince, capacity }: QueuePace,
  position: number,
  ratePerMinute: number | null,
  now: number,
): number | null {
  if (capacity === 0 || meanDurationMs === null) return null;
  const busyMs = activeSince
    .map((since) =>
      Math.max(since.getTime() + meanDurationMs - now, minRemainingShare * meanDurationMs),
    )
    .toSorted((a, b) => a - b)
    .slice(0, capacity);
  const freeAfterMs = [...Array.from({ length: capacity - busyMs.length }, () => 0), ...busyMs];
  const jobsBefore = Math.floor((position - 1) / capacity);
  const byCapacity = freeAfterMs[(position - 1) % capacity]! + jobsBefore * meanDurationMs;
  const byRate = ratePerMinute === null ? 0 : ((position - 1) * 60_000) / ratePerMinute;
  return Math.max(byCapacity, byRate);
}
