const tickMs = 1_000;

/**
 * The pause until what runs at this interval runs next. Intervals of a second or more end at whole seconds of the process, the
 * first up to half a second early or late: each wake-up of an idle process costs more than what it does then, so all share one.
 */
export function untilSharedTick(intervalMs: number): number {
  if (intervalMs < tickMs) return intervalMs;
  const now = performance.now();
  const due = Math.round((now + intervalMs) / tickMs) * tickMs;
  return due - now;
}
