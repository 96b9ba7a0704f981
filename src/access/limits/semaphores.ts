import { once } from '../../platform/once.ts';
import { roomRetryMs } from './counter.ts';
import type { Refuse } from './refusals.ts';

interface Waiting {
  weight: number;
  begin: () => void;
}

interface Semaphore {
  taken: number;
  /** In their order. */
  waiting: Set<Waiting>;
}

export interface SemaphoresOptions {
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
 * Lets so much of each key be under way in this process; the rest waits in a queue of its key, first come, first served.
 * Throws RateLimitedError when too many wait, and the reason of a signal that ends the waiting; the result gives the place back.
 */
export type Semaphores = (place: Place) => Promise<() => void>;

export function createSemaphores({ capacity, maxWaiting, refuse }: SemaphoresOptions): Semaphores {
  const semaphores = new Map<string, Semaphore>();

  function advance(semaphore: Semaphore): void {
    for (const next of semaphore.waiting) {
      if (semaphore.taken + next.weight > capacity) return;
      semaphore.waiting.delete(next);
      semaphore.taken += next.weight;
      next.begin();
    }
  }

  function giveBack(key: string, semaphore: Semaphore, weight: number): void {
    semaphore.taken -= weight;
    advance(semaphore);
    // What waits has begun by now, as nothing weighs more than the capacity.
    if (semaphore.taken === 0) semaphores.delete(key);
  }

  async function wait(semaphore: Semaphore, weight: number, signals: AbortSignal[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry = { weight, begin: resolve };
    const signal = AbortSignal.any(signals);
    const giveUp = () => {
      semaphore.waiting.delete(entry);
      advance(semaphore); // a lighter one may have waited behind it
      reject(signal.reason as Error);
    };
    semaphore.waiting.add(entry);
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
    const semaphore = semaphores.get(key) ?? { taken: 0, waiting: new Set() };
    const { taken, waiting } = semaphore;
    if (waiting.size === 0 && taken + weight <= capacity) {
      semaphore.taken += weight;
      semaphores.set(key, semaphore);
    } else {
      if (waiting.size >= maxWaiting && !isPatient) throw refuse(roomRetryMs);
      await wait(semaphore, weight, signals());
    }
    return once(() => giveBack(key, semaphore, weight));
  };
}
