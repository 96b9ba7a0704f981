import { maxWaitingOperations } from '../../config/limits.ts';
import type { Viewer } from '../../db/viewer.ts';
import { toCountedKey } from './keys.ts';
import { createSemaphores } from './semaphores.ts';
import type { Refuse } from './refusals.ts';

/** An operation is costly if it costs more than this share of the maximum. */
const costlyShare = 1 / 20;

export interface OperationQueueOptions {
  /** Cheap operations of one owner at once; null: no limit for costly ones either. */
  limit: number | null;
  /** Maximum cost of a query. The running costly operations of one owner cost no more than this together. */
  maxCost: number;
  refuse: Refuse;
}

/** An operation that waits to run. */
export interface QueuedOperation {
  /** Who is charged for it. */
  viewer: Viewer;
  /** In points. */
  cost: number;
  /** Aborted when the operation has timed out. What still runs of it is no longer counted. */
  timeoutSignal: AbortSignal;
  /** Aborted when the client disconnects; called only if the operation has to wait. */
  closeSignal?: (() => AbortSignal) | undefined;
}

/**
 * Limits what one owner runs at once in this process: a number of cheap operations, and costly ones up to the maximum cost
 * of one. Both have queues of their own, so that a page stays responsive while a report is made.
 */
export interface OperationQueue {
  /** Runs an operation as soon as its owner has a place; throws RateLimitedError if too many of the owner's wait. */
  run: <Result>(due: QueuedOperation, run: () => Result | Promise<Result>) => Promise<Result>;
  /**
   * Runs the execution for an event of a subscription. Cheap ones are bounded by the number of subscriptions. Costly ones wait
   * with the costly queries and are never refused, as each subscription has at most one that waits.
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
