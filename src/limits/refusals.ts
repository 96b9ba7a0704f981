import type { LimitsConfig } from '../config/limits.ts';
import { RateLimitedError } from '../errors.ts';

/** Makes the error of a limit that is reached: nobody else knows its words, or who counts. */
export type Refuse = (retryAfterMs: number) => RateLimitedError;

/** Operations of one owner that wait for their turn at most: cheap ones, and as many costly ones. */
export const maxWaitingOperations = 100;

/** Each limit as it is counted, and what it is the most of. */
const described = {
  jobs_per_minute: { key: 'jobsPerMinute', what: 'jobs a minute' },
  unfinished_jobs: { key: 'unfinishedJobs', what: 'jobs that are not final' },
  polls_per_minute: { key: 'pollsPerMinute', what: 'polls a minute' },
  failed_logins_per_minute: { key: 'failedLoginsPerMinute', what: 'failed log-ins a minute' },
  subscriptions_per_owner: { key: 'subscriptionsPerOwner', what: 'subscriptions at once' },
  subscriptions_per_connection: {
    key: 'subscriptionsPerConnection',
    what: 'subscriptions at once on one connection',
  },
  subscriptions_per_process: {
    key: 'subscriptionsPerProcess',
    what: 'subscriptions at once on one server',
  },
  operations_per_owner: {
    key: 'operationsPerOwner',
    what: `operations at once, costly ones fewer, and ${maxWaitingOperations} that wait`,
  },
  connections_per_address: {
    key: 'connectionsPerAddress',
    what: 'open connections from one address',
  },
} as const satisfies Record<string, { key: keyof LimitsConfig; what: string }>;

export type LimitName = keyof typeof described;

export const limitNames = Object.keys(described) as LimitName[];

export type Refusals = Record<LimitName, Refuse>;

/** What each limit says when it is reached; whoever counts is told of it. */
export function createRefusals(
  config: LimitsConfig,
  onRefused: (limit: LimitName) => void,
): Refusals {
  const refusals = limitNames.map((limit): [LimitName, Refuse] => {
    const { key, what } = described[limit];
    return [
      limit,
      (retryAfterMs) => {
        onRefused(limit);
        return new RateLimitedError(`At most ${config[key]} ${what}.`, retryAfterMs);
      },
    ];
  });
  return Object.fromEntries(refusals) as Refusals;
}
