import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { StackConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import { createFaultLog } from '../fault-log.ts';
import type { FaultLog } from '../fault-log.ts';
import { startSubscriptionWatch } from '../pubsub/subscription-watch.ts';
import { createPostgresPool, createRedisClient } from './clients.ts';
import type { Address } from './clients.ts';
import { createWatchedBackend, findLastEventId } from './redis-backend.ts';
import { createRedisOptions } from './redis-options.ts';
import { checkRedisSettings } from './redis-settings.ts';
import { startRedisWatch } from './redis-watch.ts';
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
  await Promise.all([
    waitFor(postgres, () => pool.query('select 1'), config.startupTimeoutMs, logger),
    waitFor(
      redisServer,
      () => checkRedisSettings(redisAddress, logger),
      config.startupTimeoutMs,
      logger,
    ),
  ]);
  const faults = createFaultLog({ logger, message: 'redis connection failed' });
  const redis = createRedisFactory(redisAddress, faults);
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
  const clients = [producer, consumer, publisher, counts] as const;
  const watch = stack.use(startRedisWatch({ clients, prefix, faults, logger }));
  stack.use(startSubscriptionWatch({ publisher, subscriber, prefix, logger }));
  untaken.move();
  const opened = stack.move();
  return {
    pool,
    transport: {
      producer,
      consumer,
      prefix,
      backend: createWatchedBackend,
      faults,
      findLastEventId,
      isReachable: watch.isReachable,
      onLoss: watch.onLoss,
    },
    broker,
    counts,
    connections: () => countConnections(pool),
    pings: { postgres: () => probePool.query('select 1'), redis: () => watch.ping(probe) },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function createPool(
  { databaseUrl: url, databaseCa: ca, poolSize }: ServicesConfig,
  logger: Logger,
): Pool {
  const options = { max: poolSize, idle_in_transaction_session_timeout: idleTransactionMs };
  const faults = createFaultLog({ logger, message: 'database connection failed' });
  return createPostgresPool({ url, ca }, options, faults.report);
}

function createRedisFactory(address: Address, faults: FaultLog) {
  return (
    name: string,
    options: { maxRetriesPerRequest: number | null; commandTimeout?: number },
  ): Redis =>
    createRedisClient(
      address,
      name,
      { ...createRedisOptions(), ...options, enableAutoPipelining: name === 'publisher' },
      (error) => faults.report(error, { client: name }),
    );
}
