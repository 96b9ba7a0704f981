import type { Viewer } from '../auth/viewer.ts';
import type { Database } from '../db/tables.ts';
import type { Logger } from '../logger.ts';
import type { Broker } from '../pubsub/broker.ts';
import type { Queues } from '../queue/queues.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers may reach, the same for every request. */
export interface GraphQLServices {
  db: Database;
  broker: Broker;
  queues: Queues;
  logger: Logger;
  /** Runs at most of a new job, by type. */
  maxAttempts: (type: string) => number;
}

/** What resolvers may reach, for one operation of one viewer. */
export interface GraphQLContext extends GraphQLServices {
  viewer: Viewer;
  /** Fresh for each operation, and for each event of a subscription. */
  loaders: Loaders;
}

export function createContext(services: GraphQLServices, viewer: Viewer): GraphQLContext {
  return { ...services, viewer, loaders: createLoaders(services.db) };
}
