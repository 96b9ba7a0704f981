import { createIdSource } from '../db/clock.ts';
import { createJobReader } from '../jobs/job-reader.ts';
import { createJobInserter } from '../jobs/jobs.ts';
import { createPositionReader } from '../jobs/positions.ts';
import { createPaceReader } from '../queue/queue-pace.ts';
import { createSubjects } from '../subjects/subjects.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { startLive } from '../live/live.ts';
import { readQueueState } from '../queue/queue-state.ts';
import type { GraphQLServices } from './context.ts';

export type GraphQLServicesOptions = Pick<
  GraphQLServices,
  | 'db'
  | 'clock'
  | 'broker'
  | 'publish'
  | 'queues'
  | 'logger'
  | 'metrics'
  | 'tracing'
  | 'settings'
  | 'issueTicket'
  | 'limits'
  | 'mediaPolicy'
> & {
  /** Absent: nobody's connections are counted. */
  databaseOf?: GraphQLServices['databaseOf'] | undefined;
  /** Watched jobs of which nothing was heard for so long are compared with their rows. */
  silenceMs?: number;
};

/** Makes what resolvers reach of what the app has opened, and watches what they are asked to watch. */
export function startGraphQLServices(
  options: GraphQLServicesOptions,
): GraphQLServices & AsyncDisposable {
  const { silenceMs, ...given } = options;
  const { db, clock, metrics } = given;
  const jobs = createJobReader(db);
  const readPosition = createPositionReader(db);
  const live = startLive({
    ...given,
    jobs,
    types: jobDefinitions.map(({ type }) => type),
    counts: metrics.live,
    readQueue: (type) => readQueueState(db, type),
    silenceMs,
  });
  return {
    ...given,
    newId: createIdSource(clock),
    databaseOf: given.databaseOf ?? (() => db),
    jobs,
    subjects: createSubjects(db),
    insertJob: createJobInserter(db),
    live,
    findPosition: async (jobId) => {
      const position = await readPosition(jobId);
      if (position !== undefined) live.rememberPlace(jobId, position);
      return position;
    },
    findPace: createPaceReader(db),
    [Symbol.asyncDispose]: live[Symbol.asyncDispose],
  };
}
