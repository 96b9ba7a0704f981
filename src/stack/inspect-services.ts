import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import type { PostgresPool } from 'kysely';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';
import type { QueueConnection, QueueTransport } from '../queue/transport.ts';
import { createRedisClient } from './clients.ts';
import type { Address } from './clients.ts';
import { examinePostgres } from './postgres/examine.ts';
import type { PostgresServer } from './postgres/examine.ts';
import { createPostgresPool } from './postgres/pool.ts';

/** Time for an answer; the check itself gives up a little later. */
const answerTimeoutMs = 4_000;

/** One connection to Redis without reconnects, so that its failure is seen. */
export interface RedisInspection extends Disposable {
  client: Redis;
  /** Rejects with the real reason, where ioredis only says that the connection is closed. */
  connect: () => Promise<void>;
  /** For the queues under this prefix. */
  openTransport: (prefix: string, logger: Logger) => QueueTransport;
}

export function createRedisInspection(address: Address): RedisInspection {
  let cause: unknown;
  const options = {
    commandTimeout: answerTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
    // BullMQ would print warnings that we report ourselves.
    skipVersionCheck: true,
  };
  const client = createRedisClient(address, 'inspection', options, (error) => {
    cause = error;
  });

  async function connect(): Promise<void> {
    try {
      await client.connect();
      await client.ping();
    } catch (error) {
      // connect() only says that the connection is closed; the event says why.
      throw cause ?? error;
    }
  }

  return {
    client,
    connect,
    openTransport: (prefix, logger) => ({
      producer: client,
      consumer: client,
      prefix,
      backend: createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>,
      faults: createFaultLog({ logger, message: 'redis connection failed' }),
      findLastEventId: null,
      isReachable: async () => client.status === 'ready',
      onLoss: () => () => undefined,
    }),
    [Symbol.dispose]: () => client.disconnect(),
  };
}

/** A single connection to PostgreSQL, as there may be room for one only. */
export interface PostgresInspection {
  /** Examines the server once. */
  readServer: () => Promise<PostgresServer>;
  /** For Kysely; the caller ends it. */
  openPool: () => Promise<PostgresPool>;
}

export function createPostgresInspection(address: Address): PostgresInspection {
  let server: Promise<PostgresServer> | undefined;
  const readServer = () => (server ??= examinePostgres(address));
  return {
    readServer,
    openPool: async () => {
      const { pinning } = await readServer();
      return createPostgresPool({
        address,
        pinning,
        size: 1,
        answerTimeoutMs,
        applicationName: 'fovea-jobs doctor',
        // The next query reports a connection that broke while idle.
        onError: () => undefined,
      });
    },
  };
}
