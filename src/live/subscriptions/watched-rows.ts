import { SourceStream } from '../source-stream.ts';
import type { EventBuffer, SubscriptionCounts } from '../source-stream.ts';

/** Holds at most one row, the newest that its subscriber has not taken. */
interface NewestBuffer<Row> extends EventBuffer<Row> {
  readonly isPending: boolean;
  add: (row: Row) => boolean;
  start: (snapshot: Row, after: number | undefined) => void;
}

/** A row with subscribers in this process. */
export interface WatchedRow<Row, Buffer, Fields> {
  subscribers: Map<Buffer, Fields & { source: SourceStream<Row> }>;
  /** The broker's confirmation, with the function that unsubscribes. */
  confirmed: Promise<() => void>;
}

export interface WatchedRows<Row, Buffer, Fields, Known> {
  readonly byId: ReadonlyMap<string, WatchedRow<Row, Buffer, Fields> & Known>;
  /**
   * The row as `read` finds it, then the newer ones that are delivered; undefined if it finds none. It subscribes before it
   * reads, so that a change in between is received.
   */
  open: (
    id: string,
    buffer: Buffer,
    fields: Fields,
    read: (known: Known) => Promise<Row | undefined>,
    after: number | undefined,
  ) => Promise<SourceStream<Row> | undefined>;
  /** Hands a row to one subscriber. */
  deliver: (row: Row, buffer: Buffer, source: SourceStream<Row>) => void;
}

/**
 * The rows that are watched one by one. Each has one subscription at the broker, however many clients watch it, and what
 * `createKnown` makes.
 */
export function createWatchedRows<Row, Buffer extends NewestBuffer<Row>, Fields, Known>(
  subscribe: (id: string) => Promise<() => void>,
  createKnown: () => Known,
  counts: SubscriptionCounts,
): WatchedRows<Row, Buffer, Fields, Known> {
  type Watched = WatchedRow<Row, Buffer, Fields> & Known;
  const byId = new Map<string, Watched>();

  function getOrSubscribe(id: string): Watched {
    const before = byId.get(id);
    if (before) return before;
    const watched = { ...createKnown(), subscribers: new Map(), confirmed: subscribe(id) };
    byId.set(id, watched);
    // After a failure the next subscriber tries again. Those who waited are told by `open`, which rejects.
    watched.confirmed.catch(() => remove(id, watched));
    return watched;
  }

  function removeSubscriber(id: string, watched: Watched, buffer: Buffer): void {
    if (!watched.subscribers.delete(buffer) || watched.subscribers.size > 0) return;
    remove(id, watched);
    watched.confirmed.then(
      (stop) => stop(),
      () => undefined, // `open` has rejected
    );
  }

  function remove(id: string, watched: Watched): void {
    if (byId.get(id) === watched) byId.delete(id);
  }

  return {
    byId,
    open: async (id, buffer, fields, read, after) => {
      const watched = getOrSubscribe(id);
      const source = new SourceStream(buffer, () => removeSubscriber(id, watched, buffer));
      watched.subscribers.set(buffer, { ...fields, source });
      try {
        await watched.confirmed;
        const row = await read(watched);
        if (row === undefined) {
          source.close();
          return undefined;
        }
        buffer.start(row, after);
        if (after !== undefined) counts.resumes += 1;
        if (buffer.isExhausted) source.close();
        return source;
      } catch (error) {
        source.close();
        throw error;
      }
    },
    deliver: (row, buffer, source) => {
      const isReplaced = buffer.isPending;
      if (!buffer.add(row)) return;
      if (isReplaced) counts.coalesced += 1;
      source.notify();
    },
  };
}
