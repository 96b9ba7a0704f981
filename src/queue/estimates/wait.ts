import type { QueuePace } from '../pace.ts';

/** The remaining run time of a job that has run longer than the mean, as a share of the mean. */
export const minRemainingShare = 0.1;

/**
 * How long the job at a position waits, in ms; null without workers. Running jobs are assumed to end after the mean duration.
 * Waiting jobs then start in order as capacity becomes free, but no faster than the rate limit allows.
 */
export function estimateWait(
  {
    meanDurationMs,
    activeSince,
    capacity,
  }: Pick<QueuePace, 'meanDurationMs' | 'activeSince' | 'capacity'>,
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
