/** A mutex, first come, first served. */
export interface SessionLock {
  /** Resolves once the caller holds it; rejects with the signal's reason, or after the wait limit. */
  acquire: (signal: AbortSignal) => Promise<void>;
  /** Passes it to the longest waiting caller. */
  release: () => void;
}

export function createSessionLock(waitLimitMs: number): SessionLock {
  const waiting = new Set<() => void>();
  let held = false;

  async function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!held) {
      held = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        waiting.delete(grant);
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        outcome();
      };
      const grant = (): void => settle(resolve);
      const abort = (): void => settle(() => reject(signal.reason));
      const timer = setTimeout(() => settle(() => reject(waitedTooLong(waitLimitMs))), waitLimitMs);
      signal.addEventListener('abort', abort, { once: true });
      waiting.add(grant);
    });
  }

  function release(): void {
    const [next] = waiting;
    if (next === undefined) held = false;
    else next();
  }

  return { acquire, release };
}

/** As Postgres reports a lock timeout (55P03). */
function waitedTooLong(waitLimitMs: number): Error {
  const error = new Error(
    `waited ${waitLimitMs} ms for the database session: a transaction is left open elsewhere`,
  );
  return Object.assign(error, { code: '55P03' });
}
