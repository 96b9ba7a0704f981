import { createBatchedReads } from '../platform/batcher.ts';
import { pauseAfterMs } from '../platform/duty-cycle.ts';
import { Feed } from './feed.ts';
import { LatestValue } from './latest-value.ts';

/** The least time between two updates of a subscriber; a little less than the interval of refreshes. */
const leastIntervalMs = 900;

/** The queues whose figures somebody watches. */
export interface WatchedQueues<State> {
  /** The present figures, then each change of them. */
  watch: (type: string) => Promise<Feed<State>>;
  /**
   * Reads the figures of watched queues, once each, and gives out those that changed. To be called once a second; a queue whose
   * figures take long to read, as very many jobs wait in it, is left out now and then.
   */
  refresh: () => Promise<void>;
}

interface Watcher<State> {
  slot: LatestValue<State>;
  feed: Feed<State>;
  /** When it received the first figures; Infinity until then. */
  begunAt: number;
}

export function createWatchedQueues<State>(
  readQueue: (type: string) => Promise<State>,
): WatchedQueues<State> {
  const byType = new Map<string, Set<Watcher<State>>>();
  /** When each type may be read again. */
  const restsUntil = new Map<string, number>();
  const read = createBatchedReads(async (types) => {
    const states = await Promise.all(types.map(readQueue));
    return new Map(types.map((type, index) => [type, states[index]!]));
  });

  function enter(type: string): Watcher<State> {
    const watchers = byType.get(type) ?? new Set();
    byType.set(type, watchers);
    const slot = new LatestValue<State>();
    const feed = new Feed(slot, () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && byType.get(type) === watchers) byType.delete(type);
    });
    const watcher = { slot, feed, begunAt: Infinity };
    watchers.add(watcher);
    return watcher;
  }

  async function watch(type: string): Promise<Feed<State>> {
    const watcher = enter(type);
    try {
      const state = await read(type);
      if (state !== undefined) watcher.slot.offer(state);
      watcher.begunAt = performance.now();
      return watcher.feed;
    } catch (error) {
      watcher.feed.close();
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    for (const [type, watchers] of byType) {
      const begunAt = performance.now();
      if (begunAt < (restsUntil.get(type) ?? 0)) continue;
      const state = await read(type);
      if (state === undefined) continue;
      const now = performance.now();
      restsUntil.set(type, now + pauseAfterMs(now - begunAt));
      for (const { slot, feed, begunAt } of watchers) {
        if (now - begunAt >= leastIntervalMs && slot.offer(state)) feed.notify();
      }
    }
  }

  return { watch, refresh };
}
