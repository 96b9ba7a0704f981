import { once } from '../../platform/once.ts';
import { placeRetryMs } from './counter.ts';
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
  /** Maximum weight that runs at once for each key. */
  capacity: number;
  /** Maximum number that wait for each key. */
  maxWaiting: number;
  refuse: Refuse;
}

export interface Place {
  key: string;
  weight: number;
  /** Waits however long the queue is. */
  isPatient?: boolean | undefined;
  /** Abort the wait; called only if it has to wait. */
  signals: () => AbortSignal[];
}

/**
 * Weighted semaphores, one for each key, in this process: first come, first served. Throws RateLimitedError if too many wait,
 * and the reason of a signal that is aborted. The result gives the place back.
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
    // Nothing waits any more, as nothing weighs more than the capacity.
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
      if (waiting.size >= maxWaiting && !isPatient) throw refuse(placeRetryMs);
      await wait(semaphore, weight, signals());
    }
    return once(() => giveBack(key, semaphore, weight));
  };
}
