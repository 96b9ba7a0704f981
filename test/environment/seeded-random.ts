export interface SeededRandom {
  /** A whole number from 0 to `limit` - 1. */
  below: (limit: number) => number;
  pick: <T>(items: readonly T[]) => T;
}

/** Pseudo-random numbers (mulberry32): the same for the same seed, so that a failure can be repeated. */
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

/** Reads a whole number above 0, such as a seed, from an environment variable; otherwise returns the default. */
export function readInteger(
  variable:
    | 'CHAOS_SEED'
    | 'CUTS_SEED'
    | 'FAULTS_SEED'
    | 'FUZZ_SEED'
    | 'RANDOM_CUTS'
    | 'RANDOM_FAULTS'
    | 'SCROLLED_ROWS',
  fallback: number,
): number {
  const value = Number(process.env[variable]);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
