import { maxWaitingOperations } from '../../config/limits.ts';
import type { Viewer } from '../../db/viewer.ts';
import { toCountedKey } from './keys.ts';
import { createSemaphores } from './semaphores.ts';
import type { Refuse } from './refusals.ts';

/** Of what the most costly query may cost, the share above which an operation is costly. */
const costlyShare = 1 / 20;

export interface OperationQueueOptions {
  /** Cheap operations of one owner at once; null: there is no limit, and none for costly ones. */
  limit: number | null;
  /** What the most costly query may cost: costly operations of one owner that are under way cost no more together. */
  maxCost: number;
  refuse: Refuse;
}

/** An operation that is to run. */
export interface QueuedOperation {
  /** Whose it counts as. */
  viewer: Viewer;
  /** In points. */
  cost: number;
  /** Aborted when nobody waits for the operation any longer; what of it goes on then counts no more. */
  timeoutSignal: AbortSignal;
  /** Aborted when its client has left; asked for only if the operation has to wait. */
  closeSignal?: (() => AbortSignal) | undefined;
}

/**
 * What one owner has under way at once in this process: so many cheap operations, and costly ones up to what the most costly
 * alone may cost. Both wait in queues of their own, so that a page goes on while a report is made.
 */
export interface OperationQueue {
  /** Runs an operation when it is its turn; throws RateLimitedError when too many of its owner wait. */
  run: <Result>(due: QueuedOperation, run: () => Result | Promise<Result>) => Promise<Result>;
  /**
   * Runs what answers an event of a subscription. Cheap ones are bounded by the number of subscriptions; costly ones take
   * turns with costly queries, and are never refused: each subscription has one that waits, at most.
   */
  runEvent: <Result>(
    of: Pick<QueuedOperation, 'viewer' | 'cost'>,
    run: () => Result | Promise<Result>,
  ) => Promise<Result>;
}

export function createOperationQueue({
  limit,
  maxCost,
  refuse,
}: OperationQueueOptions): OperationQueue {
  if (limit === null) {
    return { run: async (_due, run) => run(), runEvent: async (_of, run) => run() };
  }
  const maxWaiting = maxWaitingOperations;
  const cheap = createSemaphores({ capacity: limit, maxWaiting, refuse });
  const costly = createSemaphores({ capacity: maxCost, maxWaiting, refuse });
  const isCostly = (cost: number) => cost > maxCost * costlyShare;

  return {
    run: async ({ viewer, cost, timeoutSignal, closeSignal }, run) => {
      const signals = () => (closeSignal ? [timeoutSignal, closeSignal()] : [timeoutSignal]);
      const place = { key: toCountedKey(viewer), signals };
      const giveBack = await (isCostly(cost)
        ? costly({ ...place, weight: cost })
        : cheap({ ...place, weight: 1 }));
      timeoutSignal.addEventListener('abort', giveBack);
      try {
        timeoutSignal.throwIfAborted();
        return await run();
      } finally {
        timeoutSignal.removeEventListener('abort', giveBack);
        giveBack();
      }
    },
    runEvent: async ({ viewer, cost }, run) => {
      if (!isCostly(cost)) return run();
      const place = { key: toCountedKey(viewer), weight: cost, isPatient: true, signals: () => [] };
      const giveBack = await costly(place);
      try {
        return await run();
      } finally {
        giveBack();
      }
    },
  };
}
