import { z } from 'zod';
import { variable, wholeNumber } from './environment/variable.ts';
import type { Values, Variable } from './environment/variable.ts';

/** Operations of one owner that wait for their turn at most: cheap ones, and as many costly ones. */
export const maxWaitingOperations = 100;

/** Bytes of all texts of an owner's videos and personas, for each that the owner may have. */
export const bytesPerSubject = 1_000;

interface Limit {
  /** The default. */
  most: number;
  /** What it is the most of, as its refusal says. */
  what: string;
  /** What docs/configuration.md says of it. */
  help: string;
  /** It protects the process: the one local operator of `AUTH_MODE=none` has it too. */
  isForAll?: true;
}

/** How much one caller may ask for. The name of a limit stands here alone: variable and metrics label derive from it. */
export const limits = {
  jobsPerMinute: {
    most: 60,
    what: 'jobs a minute',
    help: 'Jobs that one owner may start or retry a minute, in all processes; `analyzeVideo` starts three',
  },
  unfinishedJobs: {
    most: 1_000,
    what: 'jobs that are not final',
    help: 'Jobs of one owner that are not final; with more, none is started',
  },
  subjectsPerOwner: {
    most: 10_000,
    what: 'videos and personas of one owner',
    help: `Videos and personas of one owner together, and ${bytesPerSubject.toLocaleString('en')} bytes for each that they may share out as they like`,
  },
  pollsPerMinute: {
    most: 3_000,
    what: 'polls a minute',
    help: 'Requests for `/api/jobs/:id` a minute, of one owner, in all processes',
  },
  failedLoginsPerMinute: {
    most: 20,
    what: 'failed log-ins a minute',
    help: 'Requests a minute of one address with credentials that do not hold; with more, none of its credentials is looked at',
  },
  subscriptionsPerOwner: {
    most: 200,
    what: 'subscriptions at once',
    help: 'Subscriptions at once of one owner, in all processes; a poll that waits is one',
  },
  subscriptionsPerConnection: {
    most: 100,
    isForAll: true,
    what: 'subscriptions at once on one connection',
    help: 'Subscriptions at once of one connection',
  },
  subscriptionsPerProcess: {
    most: 50_000,
    isForAll: true,
    what: 'subscriptions at once on one server',
    help: 'Subscriptions at once of this process',
  },
  operationsPerOwner: {
    most: 20,
    what: `operations at once, costly ones fewer, and ${maxWaitingOperations} that wait`,
    help: `GraphQL queries and mutations at once of one owner, in this process; of those that cost more than a twentieth of \`MAX_QUERY_COST\`, as many as cost that much together; ${maxWaitingOperations} more of either kind wait for their turn, and an owner has half of the connections to the database at most`,
  },
  connectionsPerOwner: {
    most: 500,
    what: 'open connections of one owner',
    help: 'WebSockets, event streams and polls that wait at once of one owner, in all processes',
  },
  connectionsPerAddress: {
    most: 1_000,
    what: 'open connections from one address',
    help: 'WebSockets, event streams and polls that wait at once of one address, in this process, and as many connections that ask for nothing: of more, that one is closed which has been silent for longest, unless it is that of a trusted proxy',
  },
} as const satisfies Record<string, Limit>;

export type LimitKey = keyof typeof limits;
export const limitKeys = Object.keys(limits) as LimitKey[];

export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : '';

/** A limit's name as a label of metrics has it, and, in capitals, its variable. */
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
    help: 'Who may give jobs the priority `HIGH`: `operators` or `all`.',
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

/** The limits that hold. The local operator of `AUTH_MODE=none` needs no protection from themselves. */
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
