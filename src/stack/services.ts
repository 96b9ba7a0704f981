import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { StackConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import type { QueueConnection } from '../queue/transport.ts';
import { createPostgresPool, createRedisClient } from './clients.ts';
import type { Address } from './clients.ts';
import { createRedisInspection } from './inspect-services.ts';
import { countConnections } from './stack.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

type ServicesConfig = Extract<StackConfig, { kind: 'services' }>;

const postgres = { name: 'PostgreSQL', url: 'DATABASE_URL', ca: 'DATABASE_CA' };
const redisServer = { name: 'Redis', url: 'REDIS_URL', ca: 'REDIS_CA' };

/** Time for Redis to take a hint. */
const hintTimeoutMs = 1_000;
/** A process that stands still in a transaction holds rows that others wait for; PostgreSQL ends it after so long. */
const idleTransactionMs = 5_000;

/** Redis and PostgreSQL. */
export async function openServices(config: ServicesConfig, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  const redisAddress = { url: config.redisUrl, ca: config.redisCa };
  // The pool is its taker's to end, once there is one.
  await using untaken = new AsyncDisposableStack();
  const pool = untaken.adopt(createPool(config, logger), (created) => created.end());
  const giveUp = new AbortController();
  const waiting = { withinMs: config.startupTimeoutMs, signal: giveUp.signal, logger };
  await Promise.all([
    waitFor(postgres, () => pool.query('select 1'), waiting),
    waitFor(redisServer, () => pingRedis(redisAddress), waiting),
  ]).finally(() => giveUp.abort());
  const redis = createRedisFactory(redisAddress, logger);
  // A request must not hang because Redis does; what blocks on Redis, waits for it.
  const producer = stack.adopt(redis('producer', { maxRetriesPerRequest: 1 }), endConnection);
  const consumer = stack.adopt(redis('consumer', { maxRetriesPerRequest: null }), endConnection);
  // A hint that is not sent in time is lost, and nobody waits for it any longer.
  const publisher = redis('publisher', { maxRetriesPerRequest: 1, commandTimeout: hintTimeoutMs });
  const subscriber = redis('subscriber', { maxRetriesPerRequest: null });
  const counts = stack.adopt(redis('counts', { maxRetriesPerRequest: 0 }), endConnection);
  const probe = stack.adopt(redis('probe', { maxRetriesPerRequest: 0 }), endConnection);
  const probePool = stack.adopt(createPool({ ...config, poolSize: 1 }, logger), (it) => it.end());
  const prefix = config.redisPrefix;
  const broker = stack.use(createRedisBroker({ publisher, subscriber, prefix, logger }));
  await Promise.all(
    [producer, consumer, publisher, subscriber, counts].map((client) => client.connect()),
  );

  const backend = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  untaken.move();
  const opened = stack.move();
  return {
    pool,
    transport: { producer, consumer, prefix, backend },
    broker,
    counts,
    connections: () => countConnections(pool),
    pings: { postgres: () => probePool.query('select 1'), redis: () => probe.ping() },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function createPool(
  { databaseUrl: url, databaseCa: ca, poolSize }: ServicesConfig,
  logger: Logger,
): Pool {
  const options = { max: poolSize, idle_in_transaction_session_timeout: idleTransactionMs };
  return createPostgresPool({ url, ca }, options, (error) =>
    logger.warn({ err: error }, 'database connection failed'),
  );
}

async function pingRedis(address: Address): Promise<void> {
  using redis = createRedisInspection(address);
  await redis.connect();
}

function createRedisFactory(address: Address, logger: Logger) {
  return (
    name: string,
    options: { maxRetriesPerRequest: number | null; commandTimeout?: number },
  ): Redis =>
    createRedisClient(
      address,
      name,
      { ...options, enableAutoPipelining: name === 'publisher' },
      (error) => logger.warn({ err: error, client: name }, 'redis connection failed'),
    );
}
