import type { Clock } from '../db/clock.ts';
import type { OwnedReaders } from '../db/owned-reader.ts';
import { isPositionUpdate } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database, JobLogEntry } from '../db/tables.ts';
import { listJobOwners } from '../jobs/rows/list.ts';
import type { Viewer } from '../db/viewer.ts';
import type { Logger } from '../platform/logger.ts';
import { startLoop } from '../platform/loop.ts';
import type { Broker } from '../pubsub/broker.ts';
import type { Publish } from '../pubsub/publish.ts';
import type { SourceStream, SubscriptionCounts } from './source-stream.ts';
import { createMissedUpdateCheck } from './missed-updates.ts';
import { createJobSubscriptions } from './subscriptions/job.ts';
import type { JobSubscriptions } from './subscriptions/job.ts';
import { createBatchSubscriptions } from './subscriptions/batch.ts';
import type { BatchSubscriptions } from './subscriptions/batch.ts';
import { createLogSubscriptions } from './subscriptions/log.ts';
import { createJobListSubscriptions } from './subscriptions/job-list.ts';
import type { JobListSubscriptions } from './subscriptions/job-list.ts';
import { createPositionTracker } from './position-tracker.ts';
import { listPositionWatchers } from './position-watchers.ts';
import type { PositionRequests } from './position-requests.ts';
import type { FindHolds } from './waiting-reasons.ts';
import type { JobPlace, WaitingReason } from '../jobs/waiting.ts';
import { createQueueSubscriptions } from './subscriptions/queue.ts';

/** How often state is read whose changes no message announces. */
const refreshIntervalMs = 1_000;
/** After so long the leader has received a request for positions, and looks them up. */
const requestMs = 2_500;
/** How often the owners of watched jobs are checked. A former owner may receive updates for so long. */
const authorizeIntervalMs = 4_000;
/** How long a lost message delays an update at most, by default. */
const defaultStaleAfterMs = 15_000;

export interface LiveOptions<QueueState> {
  db: Database;
  clock: Clock;
  broker: Broker;
  /** Announces rows whose queue position was updated. */
  publish: Publish;
  /** Whether this process looks up the positions that all processes watch. */
  isLeading: () => boolean;
  positionRequests: PositionRequests;
  holds: FindHolds;
  readers: OwnedReaders;
  /** Every job type. */
  types: readonly string[];
  readQueue: (type: string) => Promise<QueueState>;
  counts: SubscriptionCounts;
  logger: Logger;
  /** How long without a message until known versions are compared with the rows. */
  staleAfterMs?: number | undefined;
}

/** The source streams of subscriptions: a snapshot, then each change, even if messages in between are lost. */
export interface Live<QueueState> extends AsyncDisposable {
  /** Versions in which only the queue position changed are included unless `includePositions` is false. */
  watchJob: JobSubscriptions['watch'];
  watchJobs: JobListSubscriptions['watch'];
  watchBatch: BatchSubscriptions['watch'];
  watchLogs: (
    viewer: Viewer,
    id: string,
    after: number,
  ) => Promise<SourceStream<JobLogEntry> | undefined>;
  watchQueue: (type: string) => Promise<SourceStream<QueueState>>;
  watchQueues: () => Promise<SourceStream<QueueState[]>>;
  /** The place of a job that is being sent, if it was read with the row or announced with it. */
  placeOf: (job: JobRow) => JobPlace | undefined;
  /** Why the job waits, if that was announced with this version. */
  announcedReasonOf: (job: JobRow) => WaitingReason | undefined;
  /** Reads all that is watched, and delivers what has been stored, also what no message has announced yet. */
  catchUp: () => Promise<void>;
  /** Must be called when a job's position was sent to a client: later moves are compared with it. */
  rememberPosition: (jobId: string, position: number) => void;
  /** Must be called when it was sent to a client why a job waits. */
  rememberReason: (jobId: string, reason: WaitingReason) => void;
}

export function startLive<QueueState>(options: LiveOptions<QueueState>): Live<QueueState> {
  const { db, clock, broker, counts, isLeading, positionRequests, logger } = options;
  const { staleAfterMs = defaultStaleAfterMs } = options;
  const positions = createPositionTracker(db, options.holds);
  const jobs = createJobSubscriptions(broker, options.readers, counts);
  const jobLists = createJobListSubscriptions({ db, broker, positions, counts, logger });
  const logs = createLogSubscriptions({ db, broker, jobs, logger });
  const batches = createBatchSubscriptions(broker, options.readers, counts);
  const queues = createQueueSubscriptions(options.readQueue);
  const allQueues = createQueueSubscriptions<QueueState[]>(() =>
    Promise.all(options.types.map(options.readQueue)),
  );
  const missedUpdates = createMissedUpdateCheck({
    db,
    clock,
    jobs,
    jobLists,
    logs,
    staleAfterMs,
    logger,
  });

  broker.onGap(missedUpdates.markAllStale);

  let lookUpAt = performance.now() + staleAfterMs;

  /**
   * The leader looks positions up for all processes. The others look them up once when the leader surely has their request,
   * for moves until then, and otherwise as rarely as they check for missed updates, as a request may be lost too.
   */
  async function announcePositions(): Promise<void> {
    const own = listPositionWatchers(jobs, jobLists, options.types);
    const now = performance.now();
    if (!isLeading()) {
      const withSent = own.jobs.map(({ id, type, isReasoned }) => ({
        id,
        type,
        isReasoned,
        ...positions.sentOf(id),
      }));
      const isNew = await positionRequests
        .send({ ...own, jobs: withSent })
        .catch((error: unknown) => {
          // While the broker is away, the leader hears of nothing.
          if (now < lookUpAt) throw error;
        });
      if (isNew) lookUpAt = Math.min(lookUpAt, now + requestMs);
      if (now < lookUpAt) return;
    }
    lookUpAt = now + staleAfterMs;
    const changed = await positions.refresh(isLeading() ? positionRequests.addOthers(own) : own);
    if (changed.length > 0) await options.publish(changed);
  }

  /** A row that was read without being announced may have an outdated position. */
  const isAnnounced = (job: JobRow) => isPositionUpdate(job) && broker.changedAt(job) !== undefined;

  function announcedReasonOf(job: JobRow): WaitingReason | undefined {
    return isAnnounced(job)
      ? ((job.waitingReason as WaitingReason | null) ?? undefined)
      : undefined;
  }

  function placeOf(job: JobRow): JobPlace | undefined {
    const read = positions.placeOf(job);
    if (read !== undefined || job.position === null || !isAnnounced(job)) return read;
    const { position, ownBefore: own } = job;
    return { position, own: own ?? 0, isOvertaken: !own && job.waitingReason === 'OWNER_SHARE' };
  }

  /** A job's owner may change without a new version, and so without a message. */
  async function closeUnauthorized(): Promise<void> {
    const ids = [...jobs.byId]
      .filter(([, { subscribers }]) =>
        subscribers.values().some(({ viewer }) => viewer.role !== 'operator'),
      )
      .map(([id]) => id);
    for (const job of ids.length === 0 ? [] : await listJobOwners(db, ids))
      jobs.closeUnauthorized(job);
  }

  // Separate loops: while the broker is away, `publish` fails, and missed updates must still be found.
  const runs = [
    ['missed updates', missedUpdates.run, refreshIntervalMs],
    ['positions', announcePositions, refreshIntervalMs],
    ['owners', closeUnauthorized, authorizeIntervalMs],
    ['batches', batches.refresh, authorizeIntervalMs],
    ['queue figures', queues.refresh, refreshIntervalMs],
    ['figures of all queues', allQueues.refresh, refreshIntervalMs],
  ] as const;
  const loops = runs.map(([name, run, intervalMs]) => startLoop({ name, run, intervalMs, logger }));
  return {
    watchJob: jobs.watch,
    watchJobs: jobLists.watch,
    watchBatch: batches.watch,
    watchLogs: logs.watch,
    watchQueue: queues.watch,
    watchQueues: () => allQueues.watch('all'),
    placeOf,
    announcedReasonOf,
    rememberPosition: positions.remember,
    rememberReason: positions.rememberReason,
    catchUp: async () => {
      missedUpdates.markAllStale();
      await Promise.all([missedUpdates.run(), batches.refresh()]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
    },
  };
}
