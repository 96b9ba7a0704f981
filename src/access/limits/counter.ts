import { once } from '../../platform/once.ts';
import type { Refuse } from './refusals.ts';

/** What is at its limit may have room at any time; nobody knows when. */
export const roomRetryMs = 5_000;

/** How many things a key has at once, in this process. */
export interface Counter {
  /** Takes one, or throws RateLimitedError; the result gives it back, once. */
  take: (key: string) => () => void;
}

/** At most this many a key; null: as many as one likes. */
export function createCounter(limit: number | null, refuse: Refuse): Counter {
  const taken = new Map<string, number>();

  function giveBack(key: string): void {
    const left = (taken.get(key) ?? 0) - 1;
    if (left > 0) taken.set(key, left);
    else taken.delete(key);
  }

  return {
    take: (key) => {
      if (limit === null) return () => undefined;
      const count = taken.get(key) ?? 0;
      if (count >= limit) throw refuse(roomRetryMs);
      taken.set(key, count + 1);
      return once(() => giveBack(key));
    },
  };
}
