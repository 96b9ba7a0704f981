import type { PostgresPool } from 'kysely';
import type { Redis } from 'ioredis';
import type { Broker } from '../pubsub/broker.ts';
import type { LeaderSession } from '../queue/leader/claim.ts';
import type { QueueTransport } from '../queue/transport.ts';

/** What the app stands on: a database, a queue broker and a pub/sub broker. Only this folder knows which. */
export interface Stack extends AsyncDisposable {
  /** Whoever takes it ends it; it opens its first connection when it is first used. */
  pool: PostgresPool;
  /** One more, for statements that may take as long as they take: migrations. Whoever opens it ends it. */
  openPatientPool: () => PostgresPool;
  transport: QueueTransport;
  broker: Broker;
  /** What processes count together; null: there is one process. */
  counts: Redis | null;
  /** Opens the connection of a process that is to lead others; null: there is one process. */
  openLeaderSession: (() => Promise<LeaderSession>) | null;
  /** Connections to the database that work, and that wait for work; and requests that wait for one. Null: it is in this process. */
  connections: (() => Connections) | null;
  /**
   * Asks whether what it stands on is there, by name, and whether the database can be written; over connections that wait
   * behind no work.
   */
  pings: Record<string, () => Promise<unknown>> & { postgres: () => Promise<unknown> };
}

/** How busy a pool of connections is. */
export interface Connections {
  busy: number;
  idle: number;
  waiting: number;
}

/** The connections of a pool. */
export function countConnections(pool: {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}): Connections {
  const { totalCount, idleCount, waitingCount } = pool;
  return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
