import { withTimeout } from '../../platform/timeout.ts';
import type { Logger } from '../../platform/logger.ts';
import { LostJobError } from './attempt-errors.ts';

/**
 * Locks are renewed, and stalled jobs searched for, this often during a lock's duration. So a worker whose event loop is
 * blocked for six of seven intervals keeps its jobs, and one that dies loses them after 6 to 8 intervals.
 */
const intervalsPerLock = 7;

/** The interval at which locks of this duration are renewed and queues are searched for stalled jobs. */
export function toLockIntervalMs(lockDurationMs: number): number {
  return Math.ceil(lockDurationMs / intervalsPerLock);
}

export interface JobLocksOptions {
  /** Extends the locks of these entries by their tokens; returns the entries whose lock was lost. */
  extend: (entryIds: string[], tokens: string[]) => Promise<string[]>;
  lockDurationMs: number;
  logger: Logger;
}

export interface JobLock extends Disposable {
  /** Aborted with LostJobError once the lock is lost, or has expired because it could not be renewed. */
  signal: AbortSignal;
}

/** The locks of the jobs that a worker runs, each renewed until it is disposed. */
export interface JobLocks extends Disposable {
  /** Renews a lock that was taken `ageMs` ago. */
  hold: (entryId: string, token: string, ageMs: number) => JobLock;
}

interface HeldLock {
  token: string;
  lost: AbortController;
  expiry: NodeJS.Timeout;
}

/**
 * Renews the locks of running jobs. BullMQ would do it, but it reports a lost lock only by an event, and not at all while the
 * broker is unreachable: its processors' signal is for `worker.cancelJob`. It also forgets the lock of an attempt when an
 * earlier attempt of the same job ends in the same worker.
 */
export function startJobLocks({ extend, lockDurationMs, logger }: JobLocksOptions): JobLocks {
  // By entry: if an entry is taken again, its earlier lock is lost.
  const held = new Map<string, HeldLock>();
  let isRenewing = false;
  let failures = 0;

  function lose(entryId: string, lock: HeldLock): void {
    clearTimeout(lock.expiry);
    if (held.get(entryId) === lock) held.delete(entryId);
    lock.lost.abort(new LostJobError());
  }

  /** A lock expires even if the broker does not answer, by this process's monotonic clock. */
  function expire(entryId: string, lock: HeldLock, takenAt: number): void {
    clearTimeout(lock.expiry);
    const leftMs = takenAt + lockDurationMs - performance.now();
    lock.expiry = setTimeout(lose, Math.max(leftMs, 0), entryId, lock);
  }

  async function renew(): Promise<void> {
    const locks = [...held];
    const askedAt = performance.now();
    const lost = await withTimeout(
      extend(
        locks.map(([entryId]) => entryId),
        locks.map(([, { token }]) => token),
      ),
      lockDurationMs,
    );
    for (const [entryId, lock] of locks) {
      if (held.get(entryId) !== lock) continue;
      if (lost.includes(entryId)) lose(entryId, lock);
      else expire(entryId, lock, askedAt);
    }
  }

  async function renewAll(): Promise<void> {
    // One call at a time: calls that the broker does not answer must not pile up.
    if (isRenewing || held.size === 0) return;
    isRenewing = true;
    try {
      await renew();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) logger.warn({ err: error }, 'job locks not renewed');
    } finally {
      isRenewing = false;
    }
  }

  const timer = setInterval(() => void renewAll(), toLockIntervalMs(lockDurationMs));

  return {
    hold: (entryId, token, ageMs) => {
      const earlier = held.get(entryId);
      if (earlier) lose(entryId, earlier);
      const lock = { token, lost: new AbortController(), expiry: setTimeout(() => undefined) };
      held.set(entryId, lock);
      expire(entryId, lock, performance.now() - Math.max(ageMs, 0));
      return {
        signal: lock.lost.signal,
        [Symbol.dispose]: () => {
          clearTimeout(lock.expiry);
          if (held.get(entryId) === lock) held.delete(entryId);
        },
      };
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      for (const { expiry } of held.values()) clearTimeout(expiry);
    },
  };
}
