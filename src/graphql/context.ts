import type { Authenticator } from '../access/identity/authenticator.ts';
import type { Session } from '../access/identity/session.ts';
import type { Clock } from '../db/clock.ts';
import type { EngineEmitter } from '../jobs/engine-events.ts';
import type { JobReader } from '../jobs/rows/find.ts';
import type { FindPace } from '../queue/pace.ts';
import type { Database } from '../db/tables.ts';
import type { JobSettings } from '../jobs/define-job.ts';
import type { InsertedJob, NewJob } from '../jobs/rows/insert.ts';
import type { OwnedReaders } from '../db/owned-reader.ts';
import { payerOf } from '../db/viewer.ts';
import type { Viewer } from '../db/viewer.ts';
import type { Live } from '../live/start-live.ts';
import type { Limits } from '../access/limits/limits.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { MediaPolicy } from '../model-service/media-path.ts';
import type { Broker } from '../pubsub/broker.ts';
import type { Publish } from '../pubsub/publish.ts';
import type { QueueState } from '../queue/figures.ts';
import type { Queues } from '../queue/queues.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers may reach, the same for every request. */
export interface ResolverContext {
  db: Database;
  clock: Clock;
  /** Makes the ids of what is stored, by that clock. */
  newId: () => string;
  /** The database as an owner's operations have it: never all of its connections. */
  databaseOf: (owner: string) => Database;
  /** Single jobs; reads that are asked for at the same time are one. */
  jobs: JobReader;
  /** Whether what the input of a job names is there. */
  readers: OwnedReaders;
  /** Stores a new job; as the readers do, together with those that come at the same time. */
  insertJob: (job: NewJob) => Promise<InsertedJob>;
  live: Live<QueueState>;
  broker: Broker;
  /** For rows that a resolver has changed. */
  publish: Publish;
  queues: Queues;
  logger: Logger;
  metrics: Metrics;
  /** What happens is said there, for metrics. */
  events: EngineEmitter;
  /** Null: there are no traces. */
  tracing: Tracing | null;
  /** Makes a token that opens one job for whoever has it. */
  issueTicket: Authenticator['issueTicket'];
  limits: Limits;
  /** Which videos the model service may be sent to. */
  mediaPolicy: MediaPolicy;
  /** By job type. */
  settings: (type: string) => JobSettings;
  /** Place in its queue, by job; as `jobs`, it reads together. */
  findPosition: (jobId: string) => Promise<number | undefined>;
  /** How fast jobs of a type go; up to a second old. */
  findPace: FindPace;
}

/** What resolvers may reach, for one operation of one viewer. */
export interface GraphQLContext extends ResolverContext {
  session: Session;
  viewer: Viewer;
  /** What the client's transport says that it has seen last; it counts for more than the argument `after`. */
  resumeAfter: number | undefined;
  /** Fresh for each operation, and for each event of a subscription. */
  loaders: Loaders;
}

export function createContext(
  services: ResolverContext,
  session: Session,
  resumeAfter?: number,
): GraphQLContext {
  const { viewer } = session;
  const db = services.databaseOf(payerOf(viewer));
  return { ...services, db, session, viewer, resumeAfter, loaders: new Map() };
}
