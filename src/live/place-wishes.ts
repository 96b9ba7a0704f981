import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import type { Broker, Channel } from '../pubsub/broker.ts';
import type { PlaceWatchers } from './watched-positions.ts';

/** How long a wish holds that is not repeated. */
const heldMs = 5_000;
/** How often a wish that stays the same is repeated. */
const repeatMs = 2_000;
/** Jobs that are wished for one by one; places of more are looked up by the process that watches them, less often. */
const maxWishedJobs = 5_000;

const wishSchema = z.object({
  origin: z.string(),
  types: z.array(z.string()),
  owners: z.array(z.string()).optional(),
  jobs: z
    .array(z.object({ id: z.string(), type: z.string(), place: z.int().optional() }))
    .max(maxWishedJobs),
});
type Wish = z.output<typeof wishSchema>;

/** The queue places that a process wants, for the leader, which makes new versions where they have moved. */
const wishChannel: Channel<Wish> = { topic: 'leader', name: 'places', schema: wishSchema };

/** Lets the leader know which places the subscribers of other processes want. A wish that is lost costs time, no more. */
export interface PlaceWishes {
  /**
   * Tells the leader what this process wants; to be called once a second. Says whether there are new types or owners among it:
   * which places of their jobs were sent already, the leader does not know.
   */
  send: (watchers: PlaceWatchers) => Promise<boolean>;
  /** What this process wants, and what it has heard that others want. */
  addOthers: (own: PlaceWatchers) => PlaceWatchers;
  /** Listens to others, as the leader does, until disposed. */
  listen: () => Promise<Disposable>;
}

export function createPlaceWishes(broker: Broker): PlaceWishes {
  const origin = randomUUID();
  const heard = new Map<string, Wish & { until: number }>();
  let sent: { wish: string; at: number } | undefined;
  let known = new Set<string>();

  async function send({ types, owners, jobs }: PlaceWatchers): Promise<boolean> {
    const before = known;
    known = new Set([...types, ...(owners ?? ['']).map((owner) => `of ${owner}`)]);
    if (types.length + jobs.length === 0) return false;
    const wished = jobs.slice(0, maxWishedJobs).map(({ id, type, place }) => ({ id, type, place }));
    const wish: Wish = { origin, types: [...types], jobs: wished, owners: owners && [...owners] };
    const text = JSON.stringify(wish);
    const now = performance.now();
    if (sent?.wish === text && now - sent.at < repeatMs) return false;
    sent = { wish: text, at: now };
    await broker.publish(wishChannel, wish);
    return types.length > 0 && !known.isSubsetOf(before);
  }

  function addOthers(own: PlaceWatchers): PlaceWatchers {
    const now = performance.now();
    for (const [from, { until }] of heard) if (until < now) heard.delete(from);
    const all = [own, ...heard.values()];
    const byType = all.filter(({ types }) => types.length > 0);
    const isEverybody = byType.some(({ owners }) => owners === undefined);
    return {
      types: [...new Set(byType.flatMap(({ types }) => types))],
      owners: isEverybody ? undefined : [...new Set(byType.flatMap(({ owners }) => owners ?? []))],
      jobs: [...new Map(all.flatMap(({ jobs }) => jobs.map((job) => [job.id, job]))).values()],
    };
  }

  async function listen(): Promise<Disposable> {
    const stop = await broker.subscribe(wishChannel, (wish) => {
      if (wish.origin !== origin) {
        heard.set(wish.origin, { ...wish, until: performance.now() + heldMs });
      }
    });
    return {
      [Symbol.dispose]() {
        stop();
        heard.clear();
      },
    };
  }

  return { send, addOthers, listen };
}
