import { setTimeout as sleep } from 'node:timers/promises';

const intervalMs = 20;

/** Retries an assertion until it holds, and returns its value; throws its last error after `withinMs`. */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  { withinMs = 45_000 }: { withinMs?: number } = {},
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
    await sleep(intervalMs);
  }
}
