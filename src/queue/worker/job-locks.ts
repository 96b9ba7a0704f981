import { withTimeout } from '../../platform/timeout.ts';
import type { Logger } from '../../platform/logger.ts';
import { LostJobError } from './attempt-errors.ts';

/**
 * In so many parts is a lock's duration divided: each part, locks are renewed, and stalled jobs looked for. So a worker
 * whose event loop is blocked for six of seven parts keeps its jobs, and one that dies loses them after 6 to 8 parts.
 */
const lockParts = 7;

/** How often locks of this duration are renewed, and how often a queue is searched for those that nobody renews. */
export function toLockIntervalMs(lockDurationMs: number): number {
  return Math.ceil(lockDurationMs / lockParts);
}

export interface JobLocksOptions {
  /** Extends the locks of these entries by their tokens; returns the entries whose lock is not ours any more. */
  extend: (entryIds: string[], tokens: string[]) => Promise<string[]>;
  lockDurationMs: number;
  logger: Logger;
}

export interface JobLock extends Disposable {
  /** Aborted with LostJobError once the lock is lost, or could not be renewed for as long as it lasts. */
  signal: AbortSignal;
}

/** The locks of the jobs that a worker runs, renewed until each is disposed. */
export interface JobLocks extends Disposable {
  /** Begins with a lock that was taken so long ago. */
  hold: (entryId: string, token: string, ageMs: number) => JobLock;
}

interface HeldLock {
  token: string;
  lost: AbortController;
  expiry: NodeJS.Timeout;
}

/**
 * Renews the locks of running jobs. BullMQ would do it, but tells of a lost one only by an event, and not at all while
 * the broker is away: the signal that it hands to a processor is for `worker.cancelJob`. It also forgets the lock of an
 * attempt when an earlier one of the same job ends in the same worker.
 */
export function startJobLocks({ extend, lockDurationMs, logger }: JobLocksOptions): JobLocks {
  // By entry: whoever takes an entry again has taken it from the one before.
  const held = new Map<string, HeldLock>();
  let isRenewing = false;
  let failures = 0;

  function lose(entryId: string, lock: HeldLock): void {
    clearTimeout(lock.expiry);
    if (held.get(entryId) === lock) held.delete(entryId);
    lock.lost.abort(new LostJobError());
  }

  /** Ends with its time, whoever may answer: by the clock of this process, which nobody sets. */
  function expire(entryId: string, lock: HeldLock, takenAt: number): void {
    clearTimeout(lock.expiry);
    const leftMs = takenAt + lockDurationMs - performance.now();
    lock.expiry = setTimeout(lose, Math.max(leftMs, 0), entryId, lock);
  }

  async function renew(): Promise<void> {
    const asked = [...held];
    const askedAt = performance.now();
    const lost = await withTimeout(
      extend(
        asked.map(([entryId]) => entryId),
        asked.map(([, { token }]) => token),
      ),
      lockDurationMs,
    );
    for (const [entryId, lock] of asked) {
      if (held.get(entryId) !== lock) continue;
      if (lost.includes(entryId)) lose(entryId, lock);
      else expire(entryId, lock, askedAt);
    }
  }

  async function renewAll(): Promise<void> {
    // One call at a time: what a broker does not answer must not pile up.
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
