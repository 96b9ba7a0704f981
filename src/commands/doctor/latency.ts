import { ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const samples = 10;
/** A job's way takes a dozen round trips; with slower ones, they are what the queue does. */
const slowMs = 50;

/** Measures round trips, one after the other. */
export async function checkLatency(
  check: string,
  what: string,
  roundTrip: () => Promise<unknown>,
): Promise<Finding> {
  const times: number[] = [];
  while (times.length < samples) {
    const begun = performance.now();
    await roundTrip();
    times.push(performance.now() - begun);
  }
  const [median, longest] = [times.toSorted((a, b) => a - b)[samples / 2]!, Math.max(...times)];
  const seen = `${samples} × ${what}: median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`;
  if (median <= slowMs) return ok(check, seen);
  return warning(
    check,
    `${seen}; above ${slowMs} ms`,
    'Run this process in the same network as that server, and see what else loads it.',
  );
}
