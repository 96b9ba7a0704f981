import { z } from 'zod';
import { variable, wholeNumber } from './environment/variable.ts';
import type { Values, Variable } from './environment/variable.ts';

/** Maximum operations of one owner that wait: cheap ones, and as many costly ones. */
export const maxWaitingOperations = 100;

/** Bytes for the texts of an owner's videos and personas, for each one that the owner may have. */
export const bytesPerSubject = 1_000;

interface Limit {
  /** The default. */
  most: number;
  /** What it limits, as the error says. */
  what: string;
  /** For docs/configuration.md. */
  help: string;
  /** It protects the process: the one local operator of `AUTH_MODE=none` has it too. */
  isForAll?: true;
}

/** Limits of one caller. Variables and metrics labels derive from these names. */
export const limits = {
  jobsPerMinute: {
    most: 600,
    what: 'jobs a minute',
    help: 'Jobs that one owner may start or retry per minute, across all processes; `analyzeVideo` starts three, and `startBatch` as many as it has',
  },
  unfinishedJobs: {
    most: 1_000,
    what: 'jobs that are not final',
    help: 'Unfinished jobs of one owner; above that, no further one is started',
  },
  subjectsPerOwner: {
    most: 10_000,
    what: 'videos and personas of one owner',
    help: `Videos and personas of one owner together; their texts share ${bytesPerSubject.toLocaleString('en')} bytes for each`,
  },
  pollsPerMinute: {
    most: 3_000,
    what: 'polls a minute',
    help: 'Requests of one owner for `/api/jobs/:id`, `/api/batches/:id` and `/media/:videoId` per minute, across all processes',
  },
  failedLoginsPerMinute: {
    most: 20,
    what: 'failed log-ins a minute',
    help: 'Requests of one address with invalid credentials per minute; above that, its credentials are not checked',
  },
  subscriptionsPerOwner: {
    most: 200,
    what: 'subscriptions at once',
    help: 'Simultaneous subscriptions of one owner, across all processes, long polls included',
  },
  subscriptionsPerConnection: {
    most: 100,
    isForAll: true,
    what: 'subscriptions at once on one connection',
    help: 'Simultaneous subscriptions on one connection',
  },
  subscriptionsPerProcess: {
    most: 50_000,
    isForAll: true,
    what: 'subscriptions at once on one server',
    help: 'Simultaneous subscriptions of this process',
  },
  operationsPerOwner: {
    most: 20,
    what: `operations at once, costly ones fewer, and ${maxWaitingOperations} that wait`,
    help: `Simultaneous GraphQL queries and mutations of one owner, in this process; those that cost more than a twentieth of \`MAX_QUERY_COST\` may cost \`MAX_QUERY_COST\` together; ${maxWaitingOperations} more of either kind wait, and one owner uses at most half of the database connections`,
  },
  mediaStreamsPerOwner: {
    most: 100,
    what: 'files of videos that are sent at once',
    help: 'Simultaneous answers of `/media/:videoId` to one owner, in this process',
  },
  connectionsPerOwner: {
    most: 500,
    what: 'open connections of one owner',
    help: 'Simultaneous WebSockets, event streams and long polls of one owner, across all processes',
  },
  connectionsPerAddress: {
    most: 1_000,
    what: 'open connections from one address',
    help: 'Simultaneous WebSockets, event streams, long polls and media of one address, in this process, and as many connections without a request; above that, the connection that was idle longest is closed, unless a trusted proxy opened it',
  },
} as const satisfies Record<string, Limit>;

export type LimitKey = keyof typeof limits;
export const limitKeys = Object.keys(limits) as LimitKey[];

export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : '';

/** The name of a limit as a metrics label; in capitals, its variable. */
export function toSnakeCase<Name extends string>(name: Name): SnakeCase<Name> {
  return name.replaceAll(/[A-Z]/g, (it) => `_${it.toLowerCase()}`) as SnakeCase<Name>;
}

const highPriorities = ['operators', 'all'] as const;

/** 0 is no limit: null. */
const limit = wholeNumber(0, 100_000_000).transform((number) => (number === 0 ? null : number));

export const limitVariables = {
  ...(Object.fromEntries(limitKeys.map((key) => [key, describeLimit(key)])) as Record<
    LimitKey,
    Variable<number | null | undefined>
  >),
  highPriority: variable<LimitsConfig['highPriority'] | undefined>({
    name: 'HIGH_PRIORITY',
    schema: z.enum(highPriorities),
    fallback: undefined,
    defaultText: '`operators`; `AUTH_MODE=none`: `all`',
    help: 'Who may start jobs of priority `HIGH`: `operators` or `all`.',
  }),
};

function describeLimit(key: LimitKey): Variable<number | null | undefined> {
  const { most, help, isForAll }: Limit = limits[key];
  return {
    name: toSnakeCase(key).toUpperCase(),
    schema: limit,
    fallback: undefined,
    defaultText: isForAll ? `\`${most}\`` : `\`${most}\`; \`AUTH_MODE=none\`: no limit`,
    help: `${help}; 0 for no limit.`,
  };
}

/** Null: there is no limit. */
export interface LimitsConfig extends Record<LimitKey, number | null> {
  /** Who may start jobs of priority HIGH. */
  highPriority: (typeof highPriorities)[number];
}

/** The effective limits. The local operator of `AUTH_MODE=none` needs no protection from themselves. */
export function readLimits(
  values: Values<typeof limitVariables>,
  { hasAccounts }: { hasAccounts: boolean },
): LimitsConfig {
  const entries = limitKeys.map((key) => {
    const { most, isForAll }: Limit = limits[key];
    const fallback = hasAccounts || isForAll ? most : null;
    return [key, values[key] === undefined ? fallback : values[key]];
  });
  const counted = Object.fromEntries(entries) as Record<LimitKey, number | null>;
  const highPriority = values.highPriority ?? (hasAccounts ? 'operators' : 'all');
  return { ...counted, highPriority };
}
