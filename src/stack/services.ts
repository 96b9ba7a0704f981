import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import type { StackConfig } from '../config.ts';
import { writeCheck } from '../db/write-check.ts';
import type { Logger } from '../logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import type { QueueConnection } from '../queue/transport.ts';
import { createRedisClient } from './clients.ts';
import type { Address } from './clients.ts';
import { expectUsable } from './examine-postgres.ts';
import { createRedisInspection } from './inspect-services.ts';
import { createPostgresPool, ordinaryAnswerMs } from './postgres-pool.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

type ServicesConfig = Extract<StackConfig, { kind: 'services' }>;

const postgres = { name: 'PostgreSQL', url: 'DATABASE_URL', ca: 'DATABASE_CA' };
const redisServer = { name: 'Redis', url: 'REDIS_URL', ca: 'REDIS_CA' };

/** Time for Redis to take a hint. */
const hintTimeoutMs = 1_000;
/** A database that takes longer to say whether it can be written is not there for a request either. */
const pingTimeoutMs = 1_000;

/** Redis and PostgreSQL. */
export async function openServices(config: ServicesConfig, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  const redisAddress = { url: config.redisUrl, ca: config.redisCa };
  const address = { url: config.databaseUrl, ca: config.databaseCa };
  const [{ pinning }] = await Promise.all([
    waitFor(postgres, () => expectUsable(address), config.startupTimeoutMs, logger),
    waitFor(redisServer, () => pingRedis(redisAddress), config.startupTimeoutMs, logger),
  ]);
  const createPool = (size: number, answerTimeoutMs: number | null) =>
    createPostgresPool({
      address,
      pinning,
      size,
      answerTimeoutMs,
      onError: (error) => logger.warn({ err: error }, 'database connection failed'),
    });
  const redis = createRedisFactory(redisAddress, logger);
  // A request must not hang because Redis does; what blocks on Redis, waits for it.
  const producer = stack.adopt(redis('producer', { maxRetriesPerRequest: 1 }), endConnection);
  const consumer = stack.adopt(redis('consumer', { maxRetriesPerRequest: null }), endConnection);
  // A hint that is not sent in time is lost, and nobody waits for it any longer.
  const publisher = redis('publisher', { maxRetriesPerRequest: 1, commandTimeout: hintTimeoutMs });
  const subscriber = redis('subscriber', { maxRetriesPerRequest: null });
  const counts = stack.adopt(redis('counts', { maxRetriesPerRequest: 0 }), endConnection);
  const probe = stack.adopt(redis('probe', { maxRetriesPerRequest: 0 }), endConnection);
  const probePool = stack.adopt(createPool(1, pingTimeoutMs), (it) => it.end());
  const prefix = config.redisPrefix;
  const broker = stack.use(createRedisBroker({ publisher, subscriber, prefix, logger }));
  await Promise.all(
    [producer, consumer, publisher, subscriber, counts].map((client) => client.connect()),
  );

  const backend = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  // Both connect when they are first used, and are their taker's to end.
  const pool = createPool(config.poolSize, ordinaryAnswerMs);
  const opened = stack.move();
  return {
    pool,
    openPatientPool: () => createPool(1, null),
    transport: { producer, consumer, prefix, backend },
    broker,
    counts,
    connections: pool.connections,
    pings: { postgres: () => probePool.query(writeCheck), redis: () => probe.ping() },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
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
