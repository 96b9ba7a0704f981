import type { Authenticator } from '../access/identity/authenticator.ts';
import type { Session } from '../access/identity/session.ts';
import type { Clock } from '../db/clock.ts';
import type { EngineEmitter } from '../jobs/engine-events.ts';
import type { FindPlace } from '../jobs/rows/positions.ts';
import type { Holds } from '../queue/holds.ts';
import type { FindEstimateRecord } from '../queue/estimates/records.ts';
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
import type { Inspector } from '../doctor/installation.ts';
import type { Loaders } from './loaders.ts';

/** The services that resolvers use, the same for every request. */
export interface ResolverContext {
  db: Database;
  clock: Clock;
  /** Makes ids for new rows: UUIDs of version 7, by that clock. */
  newId: () => string;
  /** The database with a limit for one owner's operations, which never use all of its connections. */
  databaseOf: (owner: string) => Database;
  /** Read single jobs, and what the input of a job refers to; reads that are requested at the same time are batched. */
  readers: OwnedReaders;
  /** Stores a new job; jobs that are submitted at the same time are batched. */
  insertJob: (job: NewJob) => Promise<InsertedJob>;
  live: Live<QueueState>;
  broker: Broker;
  /** Publishes rows that a resolver has changed. */
  publish: Publish;
  queues: Queues;
  logger: Logger;
  metrics: Metrics;
  /** Events that metrics listen to. */
  events: EngineEmitter;
  /** Null if tracing is off. */
  tracing: Tracing | null;
  /** Issues a token that gives its holder access to one job. */
  issueTicket: Authenticator['issueTicket'];
  revokeTickets: Authenticator['revokeTickets'];
  limits: Limits;
  /** Which video paths and URLs the model service may read. */
  mediaPolicy: MediaPolicy;
  /** By job type. */
  settings: (type: string) => JobSettings;
  /** The place of a job in its queue; reads are batched. */
  findPlace: FindPlace;
  /** What keeps jobs from starting, whatever their place. */
  holds: Holds;
  /** How fast jobs of a type run; up to a second old. */
  findPace: FindPace;
  /** How well it was said when jobs of a type complete; up to five seconds old. */
  findEstimateRecord: FindEstimateRecord;
  examine: Inspector['examine'];
}

/** The context of resolvers for one operation of one viewer. */
export interface GraphQLContext extends ResolverContext {
  session: Session;
  viewer: Viewer;
  /** The cursor that the client's transport sends, such as `Last-Event-ID`; it overrides the argument `after`. */
  resumeAfter: string | undefined;
  /** New for each operation, and for each event of a subscription. */
  loaders: Loaders;
}

export function createContext(
  services: ResolverContext,
  session: Session,
  resumeAfter?: string,
): GraphQLContext {
  const { viewer } = session;
  const db = services.databaseOf(payerOf(viewer));
  return { ...services, db, session, viewer, resumeAfter, loaders: new Map() };
}
