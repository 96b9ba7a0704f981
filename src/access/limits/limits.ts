import type { Cluster, Redis } from 'ioredis';
import type { LimitsConfig } from '../../config/limits.ts';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Logger } from '../../platform/logger.ts';
import { createConnections } from './connections.ts';
import type { Connection } from './connections.ts';
import { createFailedLogins } from './failed-logins.ts';
import type { FailedLogins } from './failed-logins.ts';
import { createRate } from './rate.ts';
import { createRefusals } from './refusals.ts';
import type { LimitName } from './refusals.ts';
import { createRedisCalls } from './redis-calls.ts';
import { createShares } from './shares.ts';
import { createIdleConnections } from './idle-connections.ts';
import type { IdleConnections } from './idle-connections.ts';
import { createSubjectBounds } from './subject-bounds.ts';
import type { SubjectBounds } from './subject-bounds.ts';
import type { OperationQueue } from './operation-queue.ts';
import { createUnfinishedJobs } from './unfinished-jobs.ts';

/** What each caller may use. All throw RateLimitedError, and none waits long for Redis. */
export interface Limits extends AsyncDisposable {
  /**
   * Call before jobs of an owner are stored or restarted. They stay counted if they then fail for another reason. The result
   * takes the count back, for jobs that turn out to have been started before.
   */
  startJobs: (owner: string, jobs: number) => Promise<() => Promise<void>>;
  /** Whether a viewer may choose the priority HIGH. */
  mayUseHigh: (viewer: Viewer) => boolean;
  /** How many videos and personas an owner may have. */
  subjects: SubjectBounds;
  /** Call before a job is read by REST, or media. */
  poll: (viewer: Viewer) => Promise<void>;
  /** Takes a place for a file while it is sent. The result gives it back. */
  openMedia: (viewer: Viewer) => () => void;
  /** `check` before credentials are verified, `record` if they are invalid. */
  failedLogins: FailedLogins;
  /** Runs queries and mutations, each when its owner has a place. */
  operationQueue: OperationQueue;
  /** A connection that stays open, for a client at this address. */
  connect: (address: string) => Connection;
  /** Connections without a request. */
  idleConnections: IdleConnections;
}

export interface LimitsOptions {
  config: LimitsConfig;
  /** Points that one operation may cost. */
  maxQueryCost: number;
  db: Database;
  /** Counts for all processes; null: there is one. */
  redis: Redis | Cluster | null;
  /** Tells apart what shares a Redis. */
  prefix: string;
  logger: Logger;
  onRefused: (limit: LimitName) => void;
  /** For so long a process that has vanished keeps its subscriptions. */
  leaseMs?: number | undefined;
}

export function createLimits(options: LimitsOptions): Limits {
  const { config, maxQueryCost, db, redis, prefix, logger, onRefused, leaseMs } = options;
  const counts = createRedisCalls(redis, logger);
  const refusals = createRefusals(config, onRefused);
  const shared = { prefix, counts };
  const jobs = createRate({
    ...shared,
    kind: 'jobs',
    limit: config.jobsPerMinute,
    refuse: refusals.jobs_per_minute,
    isOneByOne: false,
  });
  const shares = createShares({ ...shared, config, maxQueryCost, onRefused, leaseMs });
  const unfinished = createUnfinishedJobs(db, config.unfinishedJobs, refusals.unfinished_jobs);

  return {
    startJobs: async (owner, count) => {
      const [giveBack] = await Promise.all([
        jobs.take(owner, count),
        unfinished.check(owner, count),
      ]);
      return giveBack;
    },
    mayUseHigh: ({ role }) => config.highPriority === 'all' || role === 'operator',
    subjects: createSubjectBounds(config.subjectsPerOwner, refusals),
    poll: shares.poll,
    openMedia: shares.openMedia,
    failedLogins: createFailedLogins({
      ...shared,
      limit: config.failedLoginsPerMinute,
      refuse: refusals.failed_logins_per_minute,
    }),
    operationQueue: shares.operationQueue,
    connect: createConnections({ config, shares, refusals }),
    idleConnections: createIdleConnections(config.connectionsPerAddress, () =>
      onRefused('silent_connections_per_address'),
    ),
    [Symbol.asyncDispose]: shares[Symbol.asyncDispose],
  };
}
