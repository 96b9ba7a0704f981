import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';

/** Sends the progress reports or log lines of an attempt, one call at a time. */
export interface Outbox<Item> {
  /** Adds an item and returns at once; items that are added during a call are sent by the next one. */
  push: (item: Item) => void;
  /** Resolves once every item has been sent or dropped. */
  flush: () => Promise<void>;
}

export interface OutboxOptions<Item> {
  /** Waiting items at most; beyond that, the oldest are dropped. 1 keeps only the newest. */
  capacity: number;
  send: (items: Item[]) => Promise<void>;
  logger: Logger;
}

/**
 * Creates a bounded outbox. Failures are logged. The items of a failed call are kept for the next one if the database's
 * server was the cause; otherwise they are dropped, as the job's outcome does not depend on them.
 */
export function createOutbox<Item>({ capacity, send, logger }: OutboxOptions<Item>): Outbox<Item> {
  const faults = createFaultLog({ logger, message: 'report not sent' });
  let waiting: Item[] = [];
  let sending: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const items = waiting;
      waiting = [];
      try {
        await send(items);
      } catch (error) {
        faults.report(error);
        if (!isTransientDatabaseError(error)) continue;
        waiting = [...items, ...waiting].slice(-capacity);
        break;
      }
    }
    sending = undefined;
  }

  return {
    push: (item) => {
      waiting.push(item);
      if (waiting.length > capacity) waiting.shift();
      sending ??= drain();
    },
    flush: async () => {
      await sending;
      if (waiting.length > 0) await drain();
    },
  };
}
