import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import type { StackConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import type { QueueConnection } from '../queue/transport.ts';
import { countConnections } from './stack.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

type ServicesConfig = Extract<StackConfig, { kind: 'services' }>;

/** Time for PostgreSQL or Redis to accept a connection; a request that waits for one has 3 s in all. */
const connectTimeoutMs = 2_000;
/** Time for Redis to take a hint. */
const hintTimeoutMs = 1_000;
/** A process that stands still in a transaction holds rows that others wait for; PostgreSQL ends it after so long. */
const idleTransactionMs = 5_000;

/** Redis and PostgreSQL. */
export async function openServices(config: ServicesConfig, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  // The pool is its taker's to end, once there is one.
  await using untaken = new AsyncDisposableStack();
  const pool = untaken.adopt(createPool(config, logger), (created) => created.end());
  await Promise.all([
    waitFor('PostgreSQL', () => pool.query('select 1'), config.startupTimeoutMs, logger),
    waitFor('Redis', () => pingRedis(config.redisUrl), config.startupTimeoutMs, logger),
  ]);
  const redis = createRedisFactory(config.redisUrl, logger);
  // A request must not hang because Redis does; what blocks on Redis, waits for it.
  const producer = stack.adopt(redis('producer', { maxRetriesPerRequest: 1 }), endConnection);
  const consumer = stack.adopt(redis('consumer', { maxRetriesPerRequest: null }), endConnection);
  // A hint that is not sent in time is lost, and nobody waits for it any longer.
  const publisher = redis('publisher', { maxRetriesPerRequest: 1, commandTimeout: hintTimeoutMs });
  const subscriber = redis('subscriber', { maxRetriesPerRequest: null });
  const probe = stack.adopt(redis('probe', { maxRetriesPerRequest: 0 }), endConnection);
  const probePool = stack.adopt(createPool({ ...config, poolSize: 1 }, logger), (it) => it.end());
  const prefix = config.redisPrefix;
  const broker = stack.use(createRedisBroker({ publisher, subscriber, prefix, logger }));
  await Promise.all([producer, consumer, publisher, subscriber].map((client) => client.connect()));

  const backend = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  untaken.move();
  const opened = stack.move();
  return {
    pool,
    transport: { producer, consumer, prefix, backend },
    broker,
    connections: () => countConnections(pool),
    pings: { postgres: () => probePool.query('select 1'), redis: () => probe.ping() },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function createPool({ databaseUrl, poolSize }: ServicesConfig, logger: Logger): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionMs,
  });
  pool.on('connect', (client) =>
    // The pool hears idle ones only: one that breaks between two queries of a transaction would end the process.
    client.on('error', (error) => logger.warn({ err: error }, 'database connection failed')),
  );
  // An idle one has been logged by its own listener; without this one, the pool would throw.
  pool.on('error', () => undefined);
  return pool;
}

async function pingRedis(url: string): Promise<void> {
  const options = {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    retryStrategy: () => null,
  };
  const client = new Redis(url, options);
  let cause: unknown;
  client.on('error', (error) => {
    cause = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    // connect() only says that the connection is closed; the event says why.
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}

function createRedisFactory(url: string, logger: Logger) {
  return (
    name: string,
    options: { maxRetriesPerRequest: number | null; commandTimeout?: number },
  ): Redis => {
    const client = new Redis(url, {
      ...options,
      connectionName: `fovea-jobs-${name}`,
      connectTimeout: connectTimeoutMs,
      enableAutoPipelining: name === 'publisher',
      lazyConnect: true,
    });
    client.on('error', (error) =>
      logger.warn({ err: error, client: name }, 'redis connection failed'),
    );
    return client;
  };
}
