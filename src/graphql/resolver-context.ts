import { createIdSource } from '../db/clock.ts';
import { createJobInserter } from '../jobs/rows/insert.ts';
import { createPlaceReader } from '../jobs/rows/positions.ts';
import { createRecordReader } from '../queue/estimates/records.ts';
import { createHolds } from '../queue/holds.ts';
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
  | 'examine'
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
  const readPlace = createPlaceReader(db);
  const findPace = createPaceReader(db);
  const holds = createHolds({ ...given, findPace });
  const live = startLive({
    ...given,
    holds,
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
    findPlace: async (jobId) => {
      const place = await readPlace(jobId);
      if (place !== undefined) live.rememberPosition(jobId, place.position);
      return place;
    },
    findPace,
    findEstimateRecord: createRecordReader(db),
    holds,
    [Symbol.asyncDispose]: live[Symbol.asyncDispose],
  };
}
