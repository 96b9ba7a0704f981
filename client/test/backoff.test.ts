import { expect, test } from 'vitest';
import { backoff } from '../src/wire/backoff.ts';

test('attempts come after 100 ms at first, twice as long each time, up to 5 s, and half of that is chance', () => {
  for (const [failures, longestMs] of [
    [0, 100],
    [1, 200],
    [5, 3_200],
    [6, 5_000],
    [1_000, 5_000],
  ] as const) {
    const delays = Array.from({ length: 200 }, () => backoff(failures));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(longestMs / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(longestMs);
    // All clients of a server that is gone do not come back at once.
    expect(new Set(delays).size).toBeGreaterThan(150);
  }
});
