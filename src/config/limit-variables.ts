import { z } from 'zod';
import { variable, wholeNumber } from './variable.ts';

/** 0 is no limit: null. */
const limit = wholeNumber(0, 100_000_000).transform((number) => (number === 0 ? null : number));

/** What holds for each account and address, where there are accounts. */
export const limitDefaults = {
  jobsPerMinute: 60,
  unfinishedJobs: 1_000,
  subjectsPerOwner: 10_000,
  pollsPerMinute: 3_000,
  failedLoginsPerMinute: 20,
  subscriptionsPerOwner: 200,
  operationsPerOwner: 20,
  connectionsPerOwner: 500,
  connectionsPerAddress: 1_000,
};

const highPriorities = ['operators', 'all'] as const;
/** Who may start jobs of priority HIGH. */
export type HighPriority = (typeof highPriorities)[number];

/** How much one caller may ask for. */
export function describeLimitVariables() {
  /** The local operator of `AUTH_MODE=none` needs no protection from themselves. */
  const ofAccounts = (key: keyof typeof limitDefaults, name: string, help: string) =>
    variable<number | null | undefined>({
      name,
      schema: limit,
      fallback: undefined,
      defaultText: `\`${limitDefaults[key]}\`; \`AUTH_MODE=none\`: no limit`,
      help: `${help}; 0 for no limit.`,
    });
  const ofAll = (name: string, fallback: number, help: string) =>
    variable<number | null>({ name, schema: limit, fallback, help: `${help}; 0 for no limit.` });
  return {
    jobsPerMinute: ofAccounts(
      'jobsPerMinute',
      'JOBS_PER_MINUTE',
      'Jobs that one owner may start or retry a minute, in all processes; `analyzeVideo` starts three',
    ),
    unfinishedJobs: ofAccounts(
      'unfinishedJobs',
      'UNFINISHED_JOBS',
      'Jobs of one owner that are not final; with more, none is started',
    ),
    subjectsPerOwner: ofAccounts(
      'subjectsPerOwner',
      'SUBJECTS_PER_OWNER',
      'Videos and personas of one owner together, and 1,000 bytes for each that they may share out as they like',
    ),
    pollsPerMinute: ofAccounts(
      'pollsPerMinute',
      'POLLS_PER_MINUTE',
      'Requests for `/api/jobs/:id` a minute, of one owner, in all processes',
    ),
    failedLoginsPerMinute: ofAccounts(
      'failedLoginsPerMinute',
      'FAILED_LOGINS_PER_MINUTE',
      'Requests a minute of one address with credentials that do not hold; with more, none of its credentials is looked at',
    ),
    subscriptionsPerOwner: ofAccounts(
      'subscriptionsPerOwner',
      'SUBSCRIPTIONS_PER_OWNER',
      'Subscriptions at once of one owner, in all processes; a poll that waits is one',
    ),
    subscriptionsPerConnection: ofAll(
      'SUBSCRIPTIONS_PER_CONNECTION',
      100,
      'Subscriptions at once of one connection',
    ),
    subscriptionsPerProcess: ofAll(
      'SUBSCRIPTIONS_PER_PROCESS',
      50_000,
      'Subscriptions at once of this process',
    ),
    operationsPerOwner: ofAccounts(
      'operationsPerOwner',
      'OPERATIONS_PER_OWNER',
      'GraphQL queries and mutations at once of one owner, in this process; of those that cost more than a twentieth of `MAX_QUERY_COST`, as many as cost that much together; 100 more of either kind wait for their turn, and an owner has half of the connections to the database at most',
    ),
    connectionsPerOwner: ofAccounts(
      'connectionsPerOwner',
      'CONNECTIONS_PER_OWNER',
      'WebSockets, event streams and polls that wait at once of one owner, in all processes',
    ),
    connectionsPerAddress: ofAccounts(
      'connectionsPerAddress',
      'CONNECTIONS_PER_ADDRESS',
      'WebSockets, event streams and polls that wait at once of one address, in this process, and as many connections that ask for nothing: of more, that one is closed which has been silent for longest, unless it is that of a trusted proxy',
    ),
    highPriority: variable<HighPriority | undefined>({
      name: 'HIGH_PRIORITY',
      schema: z.enum(highPriorities),
      fallback: undefined,
      defaultText: '`operators`; `AUTH_MODE=none`: `all`',
      help: 'Who may give jobs the priority `HIGH`: `operators` or `all`.',
    }),
  };
}
