import { isDeepStrictEqual } from 'node:util';
import { createBatchedReads } from '../../platform/batcher.ts';
import { pauseAfterMs } from '../../platform/duty-cycle.ts';
import { SourceStream } from '../source-stream.ts';
import type { EventBuffer } from '../source-stream.ts';

/** The least time between two updates of a subscriber. It is shorter than the refresh interval, as timers are not exact. */
const minIntervalMs = 900;

/** Subscriptions to the figures of queues. */
export interface QueueSubscriptions<State> {
  /** The present figures, then their changes. */
  watch: (type: string) => Promise<SourceStream<State>>;
  /**
   * Reads the figures of each watched queue once, and sends those that changed. Must be called once a second. A queue whose
   * figures take long to read, because very many jobs wait in it, is skipped now and then.
   */
  refresh: () => Promise<void>;
}

/** Holds the newest value. */
class ValueBuffer<Value> implements EventBuffer<Value> {
  readonly isExhausted = false;
  #newest: Value | undefined;
  #pending: Value | undefined;

  /** Adds a value unless it equals the one before; returns whether it was added. */
  add(value: Value): boolean {
    if (isDeepStrictEqual(value, this.#newest)) return false;
    this.#newest = value;
    this.#pending = value;
    return true;
  }

  take(): Value | undefined {
    const value = this.#pending;
    this.#pending = undefined;
    return value;
  }

  cursorOf(): undefined {
    return undefined;
  }
}

interface Subscriber<State> {
  buffer: ValueBuffer<State>;
  source: SourceStream<State>;
  /** When it received its first figures, by performance.now(); Infinity until then. */
  startedAt: number;
}

export function createQueueSubscriptions<State>(
  readQueue: (type: string) => Promise<State>,
): QueueSubscriptions<State> {
  const byType = new Map<string, Set<Subscriber<State>>>();
  /** When each queue may be read again. */
  const restsUntil = new Map<string, number>();
  const read = createBatchedReads(async (types) => {
    const states = await Promise.all(types.map(readQueue));
    return new Map(types.map((type, index) => [type, states[index]!]));
  });

  function addSubscriber(type: string): Subscriber<State> {
    const subscribers = byType.get(type) ?? new Set();
    byType.set(type, subscribers);
    const buffer = new ValueBuffer<State>();
    const source = new SourceStream(buffer, () => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0 && byType.get(type) === subscribers) byType.delete(type);
    });
    const subscriber = { buffer, source, startedAt: Infinity };
    subscribers.add(subscriber);
    return subscriber;
  }

  async function watch(type: string): Promise<SourceStream<State>> {
    const subscriber = addSubscriber(type);
    try {
      const state = await read(type);
      if (state !== undefined) subscriber.buffer.add(state);
      subscriber.startedAt = performance.now();
      return subscriber.source;
    } catch (error) {
      subscriber.source.close();
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    for (const [type, subscribers] of byType) {
      const readAt = performance.now();
      if (readAt < (restsUntil.get(type) ?? 0)) continue;
      const state = await read(type);
      if (state === undefined) continue;
      const now = performance.now();
      restsUntil.set(type, now + pauseAfterMs(now - readAt));
      for (const { buffer, source, startedAt } of subscribers) {
        if (now - startedAt >= minIntervalMs && buffer.add(state)) source.notify();
      }
    }
  }

  return { watch, refresh };
}
