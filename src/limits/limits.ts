import type { Redis } from 'ioredis';
import type { LimitsConfig } from '../config/limits.ts';
import type { Database } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';
import type { Logger } from '../logger.ts';
import { createConnections } from './connections.ts';
import type { Connection } from './connections.ts';
import { createFailedLogins } from './failed-logins.ts';
import type { FailedLogins } from './failed-logins.ts';
import { createHolds } from './holds.ts';
import { toCountedKey } from './keys.ts';
import { createRate } from './rate.ts';
import { createRefusals } from './refusals.ts';
import type { LimitName } from './refusals.ts';
import { createSharedCounts } from './shared-counts.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { createUnfinishedJobs } from './unfinished-jobs.ts';

/** How much each caller may ask for. All throw RateLimitedError, and none waits long for an answer. */
export interface Limits extends AsyncDisposable {
  /**
   * Before jobs of an owner are stored or started over: whether that many may be. It counts attempts: what then fails for
   * another reason, or had been started before, counts as well.
   */
  startJobs: (owner: string, jobs: number) => Promise<void>;
  /** Before a job is read by REST. */
  poll: (viewer: Viewer) => Promise<void>;
  /** Credentials: `check` before they are looked at, `note` when they do not hold. */
  failedLogins: FailedLogins;
  /** When queries and mutations run. */
  turns: Turns;
  /** A connection that stays open, for a client at this address. */
  connect: (address: string) => Connection;
}

export interface LimitsOptions {
  config: LimitsConfig;
  /** Points that one operation may cost. */
  maxQueryCost: number;
  db: Database;
  /** Counts for all processes; null: there is one. */
  redis: Redis | null;
  /** Tells apart what shares a Redis. */
  prefix: string;
  logger: Logger;
  onRefused: (limit: LimitName) => void;
  /** For so long a process that has vanished keeps its subscriptions. */
  leaseMs?: number | undefined;
}

export function createLimits(options: LimitsOptions): Limits {
  const { config, maxQueryCost, db, redis, prefix, logger, onRefused, leaseMs } = options;
  const counts = createSharedCounts(redis, logger);
  const refusals = createRefusals(config, onRefused);
  const shared = { prefix, redis, counts };
  const jobs = createRate({
    ...shared,
    kind: 'jobs',
    limit: config.jobsPerMinute,
    refuse: refusals.jobs_per_minute,
    isOneByOne: false,
  });
  const polls = createRate({
    ...shared,
    kind: 'polls',
    limit: config.pollsPerMinute,
    refuse: refusals.polls_per_minute,
    isOneByOne: true,
  });
  const ofOwners = createHolds({
    ...shared,
    kind: 'subscriptions',
    limit: config.subscriptionsPerOwner,
    refuse: refusals.subscriptions_per_owner,
    leaseMs,
  });
  const unfinished = createUnfinishedJobs(db, config.unfinishedJobs, refusals.unfinished_jobs);

  return {
    startJobs: async (owner, count) => {
      await Promise.all([jobs.take(owner, count), unfinished.check(owner, count)]);
    },
    poll: (viewer) => polls.take(toCountedKey(viewer)),
    failedLogins: createFailedLogins({
      ...shared,
      limit: config.failedLoginsPerMinute,
      refuse: refusals.failed_logins_per_minute,
    }),
    turns: createTurns({
      limit: config.operationsPerOwner,
      maxCost: maxQueryCost,
      refuse: refusals.operations_per_owner,
    }),
    connect: createConnections({
      config,
      ofOwners,
      refusals,
    }),
    [Symbol.asyncDispose]: ofOwners[Symbol.asyncDispose],
  };
}
