import type { Clock } from '../db/clock.ts';
import type { JobReader } from '../jobs/rows/find.ts';
import { isPlaceVersion } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database, JobLogEntry } from '../db/tables.ts';
import { listOwners } from '../jobs/rows/list.ts';
import type { Viewer } from '../db/viewer.ts';
import type { Logger } from '../platform/logger.ts';
import { startLoop } from '../platform/loop.ts';
import type { Broker } from '../pubsub/broker.ts';
import type { Publish } from '../pubsub/publish.ts';
import type { Feed } from './feed.ts';
import type { LiveCounts } from './live-counts.ts';
import type { PlaceWishes } from './place-wishes.ts';
import { createLostHints } from './lost-hints.ts';
import { createWatchedJobs } from './watched-jobs.ts';
import type { WatchedJobs } from './watched-jobs.ts';
import { createWatchedLogs } from './watched-logs.ts';
import { createWatchedOwners } from './watched-owners.ts';
import type { WatchedOwners } from './watched-owners.ts';
import { createWatchedPositions, isQueued } from './watched-positions.ts';
import type { PlaceWatchers } from './watched-positions.ts';
import { createWatchedQueues } from './watched-queues.ts';

/** How often watched state is read that no message announces. */
const refreshIntervalMs = 1_000;
/** After so long the leader has heard what places are wanted, and looks for them. */
const wishMs = 2_500;
/** How often owners of watched jobs are checked: for so long, a former owner may still receive a job. */
const authorizeIntervalMs = 4_000;
/** By default, how long a lost message delays an update at most. */
const defaultStaleAfterMs = 15_000;

export interface LiveOptions<QueueState> {
  db: Database;
  clock: Clock;
  broker: Broker;
  /** Announces rows whose place in the queue was updated. */
  publish: Publish;
  /** Whether this process makes new versions of jobs whose place has moved, also for the others. */
  isLeading: () => boolean;
  placeWishes: PlaceWishes;
  jobs: JobReader;
  /** Every type of job. */
  types: readonly string[];
  readQueue: (type: string) => Promise<QueueState>;
  counts: LiveCounts;
  logger: Logger;
  staleAfterMs?: number | undefined;
}

/** What subscriptions are made of: the present state, then each change, even if messages in between are lost. */
export interface Live<QueueState> extends AsyncDisposable {
  /** Unless `wantsPlaces` is false, versions are included in which only the place in the queue has changed. */
  watchJob: WatchedJobs['watch'];
  watchJobs: WatchedOwners['watch'];
  watchLogs: (viewer: Viewer, id: string, after: number) => Promise<Feed<JobLogEntry> | undefined>;
  watchQueue: (type: string) => Promise<Feed<QueueState>>;
  /** The queue place of a job that is being sent, if it was read with the row or announced with it. */
  placeOf: (job: JobRow) => number | undefined;
  /** To be called when a job's place was sent to somebody: later moves are compared with it. */
  rememberPlace: (jobId: string, place: number) => void;
}

export function startLive<QueueState>(options: LiveOptions<QueueState>): Live<QueueState> {
  const { db, clock, broker, counts, isLeading, placeWishes, logger } = options;
  const { staleAfterMs = defaultStaleAfterMs } = options;
  const positions = createWatchedPositions(db);
  const jobs = createWatchedJobs(broker, options.jobs, counts);
  const owners = createWatchedOwners({ db, broker, positions, counts, logger });
  const logs = createWatchedLogs({ db, broker, jobs, logger });
  const queues = createWatchedQueues(options.readQueue);
  const lostHints = createLostHints({ db, clock, jobs, owners, logs, staleAfterMs, logger });

  let lookAt = performance.now() + staleAfterMs;

  broker.onGap(lostHints.markAllStale);

  /**
   * The leader looks for all. Others look once when it surely knows what they want, for what has moved until then, and as
   * rarely as for lost messages, of which a lost wish is one.
   */
  async function announcePositions(): Promise<void> {
    const own = listPlaceWatchers(jobs, owners, options.types);
    const now = performance.now();
    if (!isLeading()) {
      const named = own.jobs.map(({ id, type }) => ({
        id,
        type,
        place: positions.sentPlaceOf(id),
      }));
      if (await placeWishes.send({ ...own, jobs: named })) lookAt = Math.min(lookAt, now + wishMs);
      if (now < lookAt) return;
    }
    lookAt = now + staleAfterMs;
    const changed = await positions.refresh(isLeading() ? placeWishes.addOthers(own) : own);
    if (changed.length > 0) await options.publish(changed);
  }

  function placeOf(job: JobRow): number | undefined {
    const read = positions.placeOf(job);
    if (read !== undefined) return read;
    // If the row was read and not announced, its place may be outdated.
    const isAnnounced = isPlaceVersion(job) && broker.changedAt(job) !== undefined;
    return isAnnounced ? (job.position ?? undefined) : undefined;
  }

  /** A job's owner may change without a new version, which no message announces. */
  async function closeUnauthorized(): Promise<void> {
    const ids = [...jobs.byId]
      .filter(([, { feeds }]) => feeds.values().some(({ viewer }) => viewer.role !== 'operator'))
      .map(([id]) => id);
    for (const job of ids.length === 0 ? [] : await listOwners(db, ids))
      jobs.closeUnauthorized(job);
  }

  // Separate loops: messages are lost while the broker is away, when `publish` cannot work either.
  const loops = [
    startLoop({
      name: 'lost hints',
      run: lostHints.refresh,
      intervalMs: refreshIntervalMs,
      logger,
    }),
    startLoop({ name: 'positions', run: announcePositions, intervalMs: refreshIntervalMs, logger }),
    startLoop({
      name: 'owners',
      run: closeUnauthorized,
      intervalMs: authorizeIntervalMs,
      logger,
    }),
    startLoop({
      name: 'queue figures',
      run: queues.refresh,
      intervalMs: refreshIntervalMs,
      logger,
    }),
  ];
  return {
    watchJob: jobs.watch,
    watchJobs: owners.watch,
    watchLogs: logs.watch,
    watchQueue: queues.watch,
    placeOf,
    rememberPlace: positions.remember,
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
    },
  };
}

/** Which queue places are wanted by subscribers of this process. */
function listPlaceWatchers(
  jobs: WatchedJobs,
  owners: WatchedOwners,
  types: readonly string[],
): PlaceWatchers {
  const subscribers = [...owners.all].filter(
    ({ slot, filter }) => slot.wantsPlaces && (filter.states?.includes('QUEUED') ?? true),
  );
  const wanted = subscribers.map(({ viewer, filter }) =>
    viewer.role === 'operator' ? filter.owner : viewer.owner,
  );
  const single = [...jobs.byId.values()].flatMap(({ newest, feeds }) =>
    newest && isQueued(newest) && feeds.keys().some(({ wantsPlaces }) => wantsPlaces)
      ? [newest]
      : [],
  );
  return {
    types: [...new Set(subscribers.flatMap(({ filter }) => filter.types ?? types))],
    owners: wanted.includes(undefined) ? undefined : [...new Set(wanted as string[])],
    jobs: single,
  };
}
