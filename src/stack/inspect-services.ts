import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import type { QueueConnection, QueueTransport } from '../queue/transport.ts';

/** Time for a connection to be made, and for an answer on it; whoever looks gives up a little later. */
const connectTimeoutMs = 2_000;
const answerTimeoutMs = 4_000;

/** One connection to Redis, made once and never again: what breaks it is to be seen. */
export interface RedisInspection extends Disposable {
  client: Redis;
  /** Rejects with the reason, where ioredis says that the connection is closed. */
  connect: () => Promise<void>;
  /** Of the queues that are kept under this prefix. */
  openTransport: (prefix: string) => QueueTransport;
}

export function createRedisInspection(url: string): RedisInspection {
  const options = {
    lazyConnect: true,
    connectionName: 'fovea-jobs-doctor',
    connectTimeout: connectTimeoutMs,
    commandTimeout: answerTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
    // BullMQ's: it would print what we find ourselves.
    skipVersionCheck: true,
  };
  const client = new Redis(url, options);
  let cause: unknown;
  client.on('error', (error) => {
    cause = error;
  });

  async function connect(): Promise<void> {
    try {
      await client.connect();
      await client.ping();
    } catch (error) {
      throw cause ?? error;
    }
  }

  return {
    client,
    connect,
    openTransport: (prefix) => ({
      producer: client,
      consumer: client,
      prefix,
      backend: createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>,
    }),
    [Symbol.dispose]: () => client.disconnect(),
  };
}

/** One connection to PostgreSQL, so that there is room for it where there is room for one; whoever takes it ends it. */
export function createPostgresInspection(databaseUrl: string): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'fovea-jobs doctor',
    max: 1,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    statement_timeout: answerTimeoutMs,
  });
  // What breaks while it is idle, the next query says.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
