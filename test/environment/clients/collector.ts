export interface Collector<T> {
  push: (item: T) => void;
  /** Takes the next item; rejects if none arrives in time. */
  next: (withinMs?: number) => Promise<T>;
  /** Every item that has arrived, taken or not. */
  readonly all: readonly T[];
}

/** A queue between events and the test that waits for them. */
export function createCollector<T>(): Collector<T> {
  const all: T[] = [];
  const waiting: { resolve: (item: T) => void }[] = [];
  let taken = 0;
  return {
    all,
    push: (item) => {
      all.push(item);
      const first = waiting.shift();
      if (first === undefined) return;
      taken += 1;
      first.resolve(item);
    },
    next: async (withinMs = 45_000) => {
      if (taken < all.length) {
        taken += 1;
        return all[taken - 1] as T;
      }
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const waiter = { resolve };
      waiting.push(waiter);
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(new Error(`Nothing arrived within ${withinMs} ms, after ${all.length} items`));
      }, withinMs);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
