/** What is read again and again takes one part in so many of the time at most, however much there is to read. */
const parts = 10;
/** Nobody is told what is older than this, be it that one read took long because the database was in trouble. */
const longestRestMs = 3_000;

/** How long a read that took so long is not to be repeated. */
export function pauseAfterMs(tookMs: number): number {
  return Math.min((parts - 1) * tookMs, longestRestMs);
}
