import { isDeepStrictEqual } from 'node:util';
import { createJoinedReads } from '../db/joined-reads.ts';
import { Feed } from './feed.ts';
import { LatestValue } from './latest-value.ts';

/** The queues whose figures somebody watches. */
export interface WatchedQueues<State> {
  /** The figures now, and whenever they change. */
  watch: (type: string) => Promise<Feed<State>>;
  /** Reads the figures of watched queues, once each, and gives out those that changed. */
  look: () => Promise<void>;
}

interface WatchedQueue<State> {
  feeds: Map<LatestValue<State>, Feed<State>>;
  state: State | undefined;
}

export function createWatchedQueues<State>(
  readQueue: (type: string) => Promise<State>,
): WatchedQueues<State> {
  const byType = new Map<string, WatchedQueue<State>>();
  const read = createJoinedReads(async (types) => {
    const states = await Promise.all(types.map(readQueue));
    return new Map(types.map((type, index) => [type, states[index]!]));
  });

  function offer({ feeds }: WatchedQueue<State>, state: State): void {
    for (const [slot, feed] of feeds) {
      slot.offer(state);
      feed.notify();
    }
  }

  async function watch(type: string): Promise<Feed<State>> {
    const slot = new LatestValue<State>();
    const watched = byType.get(type) ?? { feeds: new Map(), state: undefined };
    const feed = new Feed(slot, () => {
      watched.feeds.delete(slot);
      if (watched.feeds.size === 0 && byType.get(type) === watched) byType.delete(type);
    });
    byType.set(type, watched);
    watched.feeds.set(slot, feed);
    try {
      const state = await read(type);
      if (state !== undefined) slot.offer(state);
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  async function look(): Promise<void> {
    for (const [type, watched] of byType) {
      const state = await read(type);
      if (state === undefined || isDeepStrictEqual(state, watched.state)) continue;
      watched.state = state;
      offer(watched, state);
    }
  }

  return { watch, look };
}
