import type { Config } from './config/config.ts';
import type { Database } from './db/tables.ts';
import type { Disposables } from './platform/disposables.ts';
import type { Page } from './http/pages/probes.ts';
import type { Logger } from './platform/logger.ts';
import type { MediaPolicy } from './model-service/media-path.ts';
import type { Stack } from './stack/stack.ts';
import type { Tracing } from './platform/tracing.ts';
import type { EngineEmitter } from './jobs/engine-events.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Broker } from './pubsub/broker.ts';
import type { QueueTransport } from './queue/transport.ts';

/** What the app has opened; every role is built from it. */
export interface AppContext {
  config: Config;
  logger: Logger;
  db: Database;
  /** The database for an owner's operations: never all of its connections. */
  databaseOf: (owner: string) => Database;
  broker: Broker;
  counts: Stack['counts'];
  openLeaderSession: Stack['openLeaderSession'];
  transport: QueueTransport;
  /** Rejects unless the database can be written now. */
  pingDatabase: Stack['pings']['postgres'];
  /** Shared, because it resolves one name at a time. */
  mediaPolicy: MediaPolicy;
  /** Where the engine says what has happened. */
  events: EngineEmitter;
  metrics: Metrics;
  tracing: Tracing | null;
  /** Served beside the API to whoever asks, and to operators alone. */
  pages: { open: readonly Page[]; operator: readonly Page[] };
  disposables: Disposables;
}
