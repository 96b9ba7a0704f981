import { createIdSource } from '../db/clock.ts';
import { createJobReader } from '../jobs/rows/find.ts';
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
  | 'limits'
  | 'mediaPolicy'
> & {
  /** Absent: nobody's connections are counted. */
  databaseOf?: ResolverContext['databaseOf'] | undefined;
  /** Whether this process does what need be done once. */
  isLeading: () => boolean;
  /** What subscribers of other processes want to know, if it does. */
  positionRequests: PositionRequests;
  /** Watched jobs of which nothing was heard for so long are compared with their rows. */
  staleAfterMs?: number;
};

/** Makes what resolvers reach of what the app has opened, and watches what they are asked to watch. */
export function startResolverContext(
  options: ResolverContextOptions,
): ResolverContext & AsyncDisposable {
  const { staleAfterMs, isLeading, positionRequests, ...given } = options;
  const { db, clock, metrics } = given;
  const jobs = createJobReader(db);
  const readPosition = createPositionReader(db);
  const live = startLive({
    ...given,
    isLeading,
    positionRequests,
    jobs,
    types: jobDefinitions.map(({ type }) => type),
    counts: metrics.live,
    readQueue: (type) => readQueueState(db, type),
    staleAfterMs,
  });
  return {
    ...given,
    newId: createIdSource(clock),
    databaseOf: given.databaseOf ?? (() => db),
    jobs,
    readers: createOwnedReaders(db),
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
