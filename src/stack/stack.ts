import type { PostgresPool } from 'kysely';
import type { RedisClient } from '../pubsub/redis-client.ts';
import type { Broker } from '../pubsub/broker.ts';
import type { LeaderSession } from '../queue/leader/claim.ts';
import type { QueueTransport } from '../queue/transport.ts';

/** The infrastructure of the app: a database, a queue broker and a pub/sub broker. Only this folder knows which. */
export interface Stack extends AsyncDisposable {
  /** Connects when first used; its user ends it. */
  pool: PostgresPool;
  /** A pool without statement timeouts, for migrations; the caller ends it. */
  openPoolWithoutTimeouts: () => PostgresPool;
  transport: QueueTransport;
  broker: Broker;
  /** Redis for counters that processes share; null: there is one process. */
  counts: RedisClient | null;
  /** Opens the connection of a process that is to lead others; null: there is one process. */
  openLeaderSession: (() => Promise<LeaderSession>) | null;
  /** How busy the pool is; null: the database is in this process. */
  connections: (() => Connections) | null;
  /** Checks of each server by name, and that the database is writable; over connections of their own. */
  pings: Record<string, () => Promise<unknown>> & { postgres: () => Promise<unknown> };
}

/** Connections of a pool, and requests that wait for one. */
export interface Connections {
  busy: number;
  idle: number;
  waiting: number;
}
