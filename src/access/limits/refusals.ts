import type { LimitsConfig } from '../../config/limits.ts';
import { RateLimitedError } from '../../errors.ts';

/** Makes the error of a limit that is reached: nobody else knows its words, or who counts. */
export type Refuse = (retryAfterMs: number) => RateLimitedError;

/** Operations of one owner that wait for their turn at most: cheap ones, and as many costly ones. */
export const maxWaitingOperations = 100;

/** Bytes of all texts of an owner's videos and personas, for each that the owner may have. */
export const bytesPerSubject = 1_000;

interface Description {
  key: CountedKey;
  what: string;
  /** What one is the most of, where it is not one. */
  times?: number;
  /** What to do, where waiting does not help. */
  advice?: string;
}

type CountedKey = Exclude<keyof LimitsConfig, 'highPriority'>;

/** Each limit as it is counted, and what it is the most of. */
const described = {
  jobs_per_minute: { key: 'jobsPerMinute', what: 'jobs a minute' },
  unfinished_jobs: { key: 'unfinishedJobs', what: 'jobs that are not final' },
  subjects_per_owner: {
    key: 'subjectsPerOwner',
    what: 'videos and personas of one owner',
    advice: 'Use those that are there, or ask for a higher SUBJECTS_PER_OWNER.',
  },
  subject_bytes_per_owner: {
    key: 'subjectsPerOwner',
    times: bytesPerSubject,
    what: 'bytes in the texts of one owner’s videos and personas',
    advice: 'Use those that are there, be brief, or ask for a higher SUBJECTS_PER_OWNER.',
  },
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
  connections_per_owner: { key: 'connectionsPerOwner', what: 'open connections of one owner' },
  connections_per_address: {
    key: 'connectionsPerAddress',
    what: 'open connections from one address',
  },
} as const satisfies Record<string, Description>;

type ReportedLimit = keyof typeof described;

/** The last closes a connection that says nothing, and nobody is told. */
export type LimitName = ReportedLimit | 'silent_connections_per_address';

const reportedLimits = Object.keys(described) as ReportedLimit[];

export const limitNames: LimitName[] = [...reportedLimits, 'silent_connections_per_address'];

export type Refusals = Record<ReportedLimit, Refuse>;

/** What each limit says when it is reached; whoever counts is told of it. */
export function createRefusals(
  config: LimitsConfig,
  onRefused: (limit: LimitName) => void,
): Refusals {
  const refusals = reportedLimits.map((limit): [ReportedLimit, Refuse] => {
    const { key, what, times = 1, advice }: Description = described[limit];
    return [
      limit,
      (retryAfterMs) => {
        onRefused(limit);
        const most = `At most ${(config[key] ?? Infinity) * times} ${what}.`;
        return new RateLimitedError(advice ? `${most} ${advice}` : most, retryAfterMs);
      },
    ];
  });
  return Object.fromEntries(refusals) as Refusals;
}
