import type { PostgresPool } from 'kysely';
import type { Broker } from '../pubsub/broker.ts';
import type { QueueTransport } from '../queue/transport.ts';

/** What the app stands on: a database, a queue broker and a pub/sub broker. Only this folder knows which. */
export interface Stack extends AsyncDisposable {
  /** Whoever takes it ends it; it opens its first connection when it is first used. */
  pool: PostgresPool;
  transport: QueueTransport;
  broker: Broker;
  /** Asks whether what is outside this process is there, by name; over connections that wait behind no work. */
  pings: Record<string, () => Promise<unknown>>;
}
