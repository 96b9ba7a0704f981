import { once, roomRetryMs } from './counter.ts';
import type { Refuse } from './refusals.ts';

interface Waiting {
  weight: number;
  begin: () => void;
}

interface Line {
  taken: number;
  /** In their order. */
  waiting: Set<Waiting>;
}

export interface LinesOptions {
  /** What one key has under way at once, together. */
  capacity: number;
  /** How many of one key wait at most. */
  maxWaiting: number;
  refuse: Refuse;
}

export interface Place {
  key: string;
  weight: number;
  /** Waits however many wait before. */
  isPatient?: boolean | undefined;
  /** When one is aborted, it waits no longer; asked for only if it has to wait. */
  signals: () => AbortSignal[];
}

/**
 * Lets so much of each key be under way in this process; the rest waits in a line of its own key, first come, first served.
 * Throws RateLimitedError when too many wait, and the reason of a signal that ends the waiting; the result gives the place back.
 */
export type Lines = (place: Place) => Promise<() => void>;

export function createLines({ capacity, maxWaiting, refuse }: LinesOptions): Lines {
  const lines = new Map<string, Line>();

  function advance(line: Line): void {
    for (const next of line.waiting) {
      if (line.taken + next.weight > capacity) return;
      line.waiting.delete(next);
      line.taken += next.weight;
      next.begin();
    }
  }

  function giveBack(key: string, line: Line, weight: number): void {
    line.taken -= weight;
    advance(line);
    // What waits has begun by now, as nothing weighs more than the capacity.
    if (line.taken === 0) lines.delete(key);
  }

  async function wait(line: Line, weight: number, signals: AbortSignal[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry = { weight, begin: resolve };
    const signal = AbortSignal.any(signals);
    const giveUp = () => {
      line.waiting.delete(entry);
      advance(line); // a lighter one may have waited behind it
      reject(signal.reason as Error);
    };
    line.waiting.add(entry);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  return async ({ key, weight: asked, isPatient = false, signals }) => {
    const weight = Math.min(asked, capacity);
    const line = lines.get(key) ?? { taken: 0, waiting: new Set() };
    const { taken, waiting } = line;
    if (waiting.size === 0 && taken + weight <= capacity) {
      line.taken += weight;
      lines.set(key, line);
    } else {
      if (waiting.size >= maxWaiting && !isPatient) throw refuse(roomRetryMs);
      await wait(line, weight, signals());
    }
    return once(() => giveBack(key, line, weight));
  };
}
