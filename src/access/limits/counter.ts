import type { Refuse } from './refusals.ts';

/** A place may become free at any time; clients retry after this. */
export const placeRetryMs = 5_000;

/** Limits how many things a key has at once, in this process. */
export interface Counter {
  /** Takes one place, or throws RateLimitedError. The result gives the place back. */
  take: (key: string) => () => void;
}

const nothingToGiveBack = (): void => undefined;

/** At most this many for each key; null: no limit. */
export function createCounter(limit: number | null, refuse: Refuse): Counter {
  const taken = new Map<string, number>();

  function giveBack(key: string): void {
    const left = (taken.get(key) ?? 0) - 1;
    if (left > 0) taken.set(key, left);
    else taken.delete(key);
  }

  return {
    take: (key) => {
      if (limit === null) return nothingToGiveBack;
      const count = taken.get(key) ?? 0;
      if (count >= limit) throw refuse(placeRetryMs);
      taken.set(key, count + 1);
      let isTaken = true;
      return () => {
        if (isTaken) giveBack(key);
        isTaken = false;
      };
    },
  };
}
