import { createIdSource } from '../db/clock.ts';
import { createJobInserter } from '../jobs/rows/insert.ts';
import { createPositionReader } from '../jobs/rows/positions.ts';
import { createPaceReader } from '../queue/pace.ts';
import { createOwnedReaders } from '../db/owned-reader.ts';
import { jobDefinitions } from '../subjects/index.ts';
import type { PositionRequests } from '../live/position-requests.ts';
import { startLive } from '../live/start-live.ts';
import { readQueueState } from '../queue/figures.ts';
import type { ResolverContext } from './context.ts';

export type ResolverContextOptions = Pick<
  ResolverContext,
  | 'db'
  | 'clock'
  | 'broker'
  | 'publish'
  | 'queues'
  | 'logger'
  | 'metrics'
  | 'events'
  | 'tracing'
  | 'settings'
  | 'issueTicket'
  | 'revokeTickets'
  | 'limits'
  | 'mediaPolicy'
> & {
  /** If absent, connections are not limited by owner. */
  databaseOf?: ResolverContext['databaseOf'] | undefined;
  /** Whether this process is the leader. */
  isLeading: () => boolean;
  /** Positions that subscribers of other processes request from the leader. */
  positionRequests: PositionRequests;
  /** Watched jobs without an update for this time are compared with their rows. */
  staleAfterMs?: number;
};

/** Creates the services of resolvers from those of the app, and starts the sources of subscriptions. */
export function startResolverContext(
  options: ResolverContextOptions,
): ResolverContext & AsyncDisposable {
  const { staleAfterMs, isLeading, positionRequests, ...given } = options;
  const { db, clock, metrics } = given;
  const readers = createOwnedReaders(db);
  const readPosition = createPositionReader(db);
  const live = startLive({
    ...given,
    isLeading,
    positionRequests,
    readers,
    types: jobDefinitions.map(({ type }) => type),
    counts: metrics.live,
    readQueue: (type) => readQueueState(db, type),
    staleAfterMs,
  });
  return {
    ...given,
    newId: createIdSource(clock),
    databaseOf: given.databaseOf ?? (() => db),
    readers,
    insertJob: createJobInserter(db),
    live,
    findPosition: async (jobId) => {
      const position = await readPosition(jobId);
      if (position !== undefined) live.rememberPosition(jobId, position);
      return position;
    },
    findPace: createPaceReader(db),
    [Symbol.asyncDispose]: live[Symbol.asyncDispose],
  };
}
