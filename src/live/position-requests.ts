import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import type { Broker, Channel } from '../pubsub/broker.ts';
import { waitingReasons } from '../jobs/waiting.ts';
import type { PositionWatchers, WatchedPosition } from './position-tracker.ts';

/** How long a request holds that is not repeated. */
const heldMs = 5_000;
/** How often an unchanged request is repeated. */
const repeatMs = 2_000;
/** Jobs that one request may name. The process that watches more looks the rest up itself, less often. */
const maxRequestedJobs = 5_000;

const requestSchema = z.object({
  origin: z.string(),
  types: z.array(z.string()),
  reasonedTypes: z.array(z.string()).default([]),
  owners: z.array(z.string()).optional(),
  jobs: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        isReasoned: z.boolean().default(false),
        sentPosition: z.int().optional(),
        sentReason: z.enum(waitingReasons).nullish(),
      }),
    )
    .max(maxRequestedJobs),
});
type PositionRequest = z.output<typeof requestSchema>;

/** The queue positions that a process watches, for the leader, which makes new versions of jobs that moved. */
const requestChannel: Channel<PositionRequest> = {
  topic: 'leader',
  name: 'positions',
  schema: requestSchema,
};

/** Tells the leader which queue positions the subscribers of other processes watch. A lost request only costs time. */
export interface PositionRequests {
  /**
   * Sends the leader what this process watches; must be called once a second. Says whether types or owners are new: the
   * leader does not know which positions of their jobs were sent already.
   */
  send: (watchers: PositionWatchers) => Promise<boolean>;
  /** What this process watches, and what others have requested. */
  addOthers: (own: PositionWatchers) => PositionWatchers;
  /** Receives the requests of others, as the leader does, until disposed. */
  listen: () => Promise<Disposable>;
}

export function createPositionRequests(broker: Broker): PositionRequests {
  const origin = randomUUID();
  const received = new Map<string, PositionRequest & { until: number }>();
  let sent: { text: string; at: number } | undefined;
  let known = new Set<string>();

  async function send({ types, reasonedTypes, owners, jobs }: PositionWatchers): Promise<boolean> {
    const before = known;
    known = new Set([...types, ...(owners ?? ['']).map((owner) => `of ${owner}`)]);
    if (types.length + jobs.length === 0) return false;
    const request: PositionRequest = {
      origin,
      types: [...types],
      reasonedTypes: [...reasonedTypes],
      jobs: jobs
        .slice(0, maxRequestedJobs)
        .map(({ id, type, isReasoned, sentPosition, sentReason }) => ({
          id,
          type,
          isReasoned,
          sentPosition,
          sentReason,
        })),
      owners: owners && [...owners],
    };
    const text = JSON.stringify(request);
    const now = performance.now();
    if (sent?.text === text && now - sent.at < repeatMs) return false;
    sent = { text, at: now };
    await broker.publish([requestChannel], request);
    return types.length > 0 && !known.isSubsetOf(before);
  }

  function addOthers(own: PositionWatchers): PositionWatchers {
    const now = performance.now();
    for (const [from, { until }] of received) if (until < now) received.delete(from);
    const all = [own, ...received.values()];
    const byType = all.filter(({ types }) => types.length > 0);
    const isEveryOwner = byType.some(({ owners }) => owners === undefined);
    return {
      types: [...new Set(byType.flatMap(({ types }) => types))],
      reasonedTypes: [...new Set(byType.flatMap(({ reasonedTypes }) => reasonedTypes))],
      owners: isEveryOwner ? undefined : [...new Set(byType.flatMap(({ owners }) => owners ?? []))],
      jobs: mergeJobs(all.flatMap(({ jobs }) => jobs)),
    };
  }

  async function listen(): Promise<Disposable> {
    const stop = await broker.subscribe(requestChannel, (request) => {
      if (request.origin === origin) return;
      received.set(request.origin, { ...request, until: performance.now() + heldMs });
    });
    return {
      [Symbol.dispose]() {
        stop();
        received.clear();
      },
    };
  }

  return { send, addOthers, listen };
}

/** Each once, with a reason if anybody watches that. */
function mergeJobs(jobs: readonly WatchedPosition[]): WatchedPosition[] {
  const byId = new Map<string, WatchedPosition>();
  for (const job of jobs) {
    const isReasoned = job.isReasoned || byId.get(job.id)?.isReasoned === true;
    byId.set(job.id, { ...job, isReasoned });
  }
  return [...byId.values()];
}
