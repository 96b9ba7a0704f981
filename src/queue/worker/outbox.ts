import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';

/** Sends the reports or log lines of an attempt, one call at a time. */
export interface Outbox<Item> {
  /** Takes an item and returns at once; what is taken during a call goes out with the next one. */
  take: (item: Item) => void;
  /** Resolves once everything taken has been sent, or given up. */
  flush: () => Promise<void>;
}

export interface OutboxOptions<Item> {
  /** Items that wait at most; with more, the oldest are dropped. 1 keeps only the newest. */
  capacity: number;
  send: (items: Item[]) => Promise<void>;
  logger: Logger;
}

/**
 * A bounded outbox. A failed send is logged. Its items go out with the next one if the server was in trouble; otherwise they
 * are lost, as the job's outcome does not depend on them.
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
    take: (item) => {
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
