const shortestMs = 100;
const longestMs = 5_000;

/** Before the next attempt, in ms: twice as long each time, up to 5 s, and between half and all of it at random. */
export function backoff(failures: number): number {
  const ms = Math.min(longestMs, shortestMs * 2 ** failures);
  return (ms * (1 + Math.random())) / 2;
}
