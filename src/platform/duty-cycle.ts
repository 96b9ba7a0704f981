/** A read that is repeated runs for at most a tenth of the time, however much there is to read. */
const pausePerRun = 9;
/** The longest pause, so that figures are not outdated because one read was slow. */
const maxPauseMs = 3_000;

/** How long to wait after a read that took this long before it is repeated. */
export function pauseAfterMs(tookMs: number): number {
  return Math.min(pausePerRun * tookMs, maxPauseMs);
}
