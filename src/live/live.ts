import type { Clock } from '../db/clock.ts';
import type { JobFilter } from '../db/job-filter.ts';
import type { JobReader } from '../db/job-reader.ts';
import type { JobRow } from '../db/job-row.ts';
import type { Database, JobLogEntry } from '../db/tables.ts';
import { listOwners } from '../db/watched-jobs.ts';
import type { Viewer } from '../db/viewer.ts';
import type { Logger } from '../logger.ts';
import { startLoop } from '../loop.ts';
import type { Broker, Publish } from '../pubsub/broker.ts';
import type { Feed } from './feed.ts';
import type { LiveCounts } from './live-counts.ts';
import { createLostHints } from './lost-hints.ts';
import { createWatchedJobs } from './watched-jobs.ts';
import { createWatchedLogs } from './watched-logs.ts';
import { createWatchedOwners } from './watched-owners.ts';
import { createWatchedPositions } from './watched-positions.ts';
import { createWatchedQueues } from './watched-queues.ts';

/** How often what no hint announces is looked at, as long as somebody watches it. */
const lookIntervalMs = 1_000;
/** So long, and the time of a statement, may somebody hear of a job that was theirs. */
const handsIntervalMs = 4_000;
/** Unless told otherwise, a lost hint costs its subscriber that at most. */
const defaultSilenceMs = 15_000;

export interface LiveOptions<QueueState> {
  db: Database;
  clock: Clock;
  broker: Broker;
  /** For rows that have another place now. */
  publish: Publish;
  jobs: JobReader;
  /** Place in its queue, by job. */
  findPosition: (jobId: string) => Promise<number | undefined>;
  readQueue: (type: string) => Promise<QueueState>;
  counts: LiveCounts;
  logger: Logger;
  silenceMs?: number | undefined;
}

/** What subscriptions are made of: what is now, then what changes, whatever becomes of the hints in between. */
export interface Live<QueueState> extends AsyncDisposable {
  watchJob: (viewer: Viewer, id: string, after?: number) => Promise<Feed<JobRow> | undefined>;
  watchJobs: (viewer: Viewer, filter: JobFilter) => Promise<Feed<JobRow>>;
  watchLogs: (viewer: Viewer, id: string, after: number) => Promise<Feed<JobLogEntry> | undefined>;
  watchQueue: (type: string) => Promise<Feed<QueueState>>;
}

export function startLive<QueueState>(options: LiveOptions<QueueState>): Live<QueueState> {
  const { db, clock, broker, counts, logger, silenceMs = defaultSilenceMs } = options;
  const positions = createWatchedPositions(db, options.findPosition);
  const jobs = createWatchedJobs(broker, options.jobs, counts, positions.note);
  const owners = createWatchedOwners({
    db,
    broker,
    onWatch: positions.note,
    counts,
    logger,
  });
  const logs = createWatchedLogs({ db, broker, jobs, logger });
  const queues = createWatchedQueues(options.readQueue);
  const lostHints = createLostHints({ db, clock, jobs, owners, logs, silenceMs, logger });

  broker.onGap(lostHints.suspectAll);

  function queuedJobs(): Map<string, JobRow> {
    const watched = [
      ...[...jobs.byId.values()].flatMap(({ newest }) => newest ?? []),
      ...[...owners.all].flatMap(({ slot }) => [...slot.unfinished.values()]),
    ];
    return new Map(watched.filter(isQueued).map((job) => [job.id, job]));
  }

  async function announcePositions(): Promise<void> {
    await options.publish(await positions.look(queuedJobs()));
  }

  /** A job may change hands without a new version, and nobody hears of it. */
  async function turnAway(): Promise<void> {
    const ids = [...jobs.byId]
      .filter(([, { feeds }]) => feeds.values().some(({ viewer }) => viewer.role !== 'operator'))
      .map(([id]) => id);
    for (const job of ids.length === 0 ? [] : await listOwners(db, ids)) jobs.turnAway(job);
  }

  // Each by itself: hints are lost when the broker is away, which is when the other two cannot go on.
  const looks = [
    startLoop({ name: 'lost hints', run: lostHints.look, intervalMs: lookIntervalMs, logger }),
    startLoop({ name: 'positions', run: announcePositions, intervalMs: lookIntervalMs, logger }),
    startLoop({ name: 'changed hands', run: turnAway, intervalMs: handsIntervalMs, logger }),
    startLoop({ name: 'queue figures', run: queues.look, intervalMs: lookIntervalMs, logger }),
  ];
  return {
    watchJob: jobs.watch,
    watchJobs: owners.watch,
    watchLogs: logs.watch,
    watchQueue: queues.watch,
    async [Symbol.asyncDispose]() {
      await Promise.all(looks.map((look) => look[Symbol.asyncDispose]()));
    },
  };
}

function isQueued({ state }: JobRow): boolean {
  return state === 'QUEUED';
}
