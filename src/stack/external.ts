import type { RedisConfig } from '../config/redis.ts';
import type { StackConfig } from '../config/stack.ts';
import { writeCheck } from '../db/leases.ts';
import type { Logger } from '../platform/logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { FaultLog } from '../platform/fault-log.ts';
import type { RedisClient } from '../pubsub/redis-client.ts';
import { startSubscriberWatchdog } from '../pubsub/subscriber-watchdog.ts';
import { expectUsable } from './postgres/examine.ts';
import { openLeaderSession } from './postgres/leader-session.ts';
import { createPostgresPool, ordinaryAnswerMs } from './postgres/pool.ts';
import { connectRedis, createRedisClient, createRedisSubscriber } from './redis/client.ts';
import { startHeldJobs } from './redis/held-jobs.ts';
import { createWatchedBackends, findLastEventId } from './redis/queue-backend.ts';
import { createRedisOptions } from './redis/options.ts';
import { checkRedisSettings } from './redis/settings.ts';
import { startRedisWatch } from './redis/watch.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

type ExternalConfig = Extract<StackConfig, { kind: 'external' }>;

const postgres = { name: 'PostgreSQL', url: 'DATABASE_URL', ca: 'DATABASE_CA' };
const redisServer = { name: 'Redis', url: 'REDIS_URL', ca: 'REDIS_CA' };

/** Time for Redis to accept a message; a later one is useless. */
const publishTimeoutMs = 1_000;
/** What wakes workers and event readers does so by itself: they look so rarely in case that it did not. */
const idleWaitMs = 5 * 60_000;
/** A database that needs longer for a ping is not usable for a request either. */
const pingTimeoutMs = 1_000;

/** Connects to Redis and PostgreSQL; throws StartupError if they are unusable, or do not answer in time. */
export async function openExternal(config: ExternalConfig, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  const address = { url: config.databaseUrl, ca: config.databaseCa };
  const giveUp = new AbortController();
  const waiting = { withinMs: config.startupTimeoutMs, signal: giveUp.signal, logger };
  const [{ pinning }] = await Promise.all([
    waitFor(postgres, () => expectUsable(address), waiting),
    waitFor(redisServer, () => checkRedisSettings(config.redis, logger), waiting),
  ]).finally(() => giveUp.abort());
  const databaseFaults = createFaultLog({ logger, message: 'database connection failed' });
  const createPool = (size: number, answerTimeoutMs: number | null) =>
    createPostgresPool({
      address,
      pinning,
      size,
      answerTimeoutMs,
      onError: (error) => databaseFaults.report(error),
    });
  const faults = createFaultLog({ logger, message: 'redis connection failed' });
  const redis = createRedisFactory(config.redis, faults);
  // A request must not hang because Redis does; what blocks on Redis, waits for it.
  const producer = stack.adopt(redis('producer', { maxRetriesPerRequest: 1 }), endConnection);
  const consumer = stack.adopt(redis('consumer', { maxRetriesPerRequest: null }), endConnection);
  // A hint that is not sent in time is lost, and nobody waits for it any longer.
  const publisher = redis('publisher', {
    maxRetriesPerRequest: 1,
    commandTimeout: publishTimeoutMs,
  });
  const subscriber = createRedisSubscriber(
    config.redis,
    publisher,
    { ...createRedisOptions(), maxRetriesPerRequest: null },
    (error) => faults.report(error, { client: 'subscriber' }),
  );
  const counts = stack.adopt(redis('counts', { maxRetriesPerRequest: 0 }), endConnection);
  const probe = stack.adopt(redis('probe', { maxRetriesPerRequest: 0 }), endConnection);
  const probePool = stack.adopt(createPool(1, pingTimeoutMs), (it) => it.end());
  const { prefix } = config.redis;
  const broker = stack.use(createRedisBroker({ publisher, subscriber, prefix, logger }));
  await Promise.all(
    [producer, consumer, publisher, subscriber, counts].map((client) =>
      connectRedis(client, config.startupTimeoutMs),
    ),
  );
  const clients = [producer, consumer, publisher, counts] as const;
  const watch = stack.use(startRedisWatch({ clients, prefix, faults, logger }));
  stack.use(startSubscriberWatchdog({ publisher, subscriber, prefix, logger }));
  const heldJobs = stack.use(startHeldJobs(producer, logger));
  const { onLoss, onTrouble, isReachable } = watch;
  // Pools connect when first used, and are ended by their user.
  const pool = createPool(config.poolSize, ordinaryAnswerMs);
  const opened = stack.move();
  return {
    pool,
    openPoolWithoutTimeouts: () => createPool(1, null),
    transport: {
      producer,
      consumer,
      prefix,
      backend: createWatchedBackends({ onTrouble, heldJobs, idleWaitMs }),
      faults,
      findLastEventId,
      idleWaitMs,
      isReachable,
      onLoss,
    },
    broker,
    counts,
    openLeaderSession: () =>
      openLeaderSession({ address, pinning, onError: (error) => databaseFaults.report(error) }),
    connections: pool.connections,
    pings: { postgres: () => probePool.query(writeCheck), redis: () => watch.ping(probe) },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function createRedisFactory(config: RedisConfig, faults: FaultLog) {
  return (
    name: string,
    options: { maxRetriesPerRequest: number | null; commandTimeout?: number },
  ): RedisClient =>
    createRedisClient(
      config,
      name,
      { ...createRedisOptions(), ...options, enableAutoPipelining: name === 'publisher' },
      (error) => faults.report(error, { client: name }),
    );
}
