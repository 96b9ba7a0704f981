export interface SeededRandom {
  /** A whole number from 0 to `limit` - 1. */
  below: (limit: number) => number;
  pick: <T>(items: readonly T[]) => T;
}

/** Numbers that look random and are the same for the same seed (mulberry32), so that a failure can be run again. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed;
  function below(limit: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  return { below, pick: (items) => items[below(items.length)]! };
}
