import type { Redis } from 'ioredis';
import type { StackConfig } from '../config/stack.ts';
import { writeCheck } from '../db/write-check.ts';
import type { Logger } from '../platform/logger.ts';
import { createRedisBroker, endConnection } from '../pubsub/redis-broker.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { FaultLog } from '../platform/fault-log.ts';
import { startSubscriptionWatch } from '../pubsub/subscription-watch.ts';
import { createRedisClient } from './clients.ts';
import type { Address } from './clients.ts';
import { expectUsable } from './postgres/examine.ts';
import { openLeaderSession } from './postgres/leader-session.ts';
import { createPostgresPool, ordinaryAnswerMs } from './postgres/pool.ts';
import { createWatchedBackend, findLastEventId } from './redis/queue-backend.ts';
import { createRedisOptions } from './redis/options.ts';
import { checkRedisSettings } from './redis/settings.ts';
import { startRedisWatch } from './redis/watch.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

type ExternalConfig = Extract<StackConfig, { kind: 'external' }>;

const postgres = { name: 'PostgreSQL', url: 'DATABASE_URL', ca: 'DATABASE_CA' };
const redisServer = { name: 'Redis', url: 'REDIS_URL', ca: 'REDIS_CA' };

/** Time for Redis to take a hint. */
const hintTimeoutMs = 1_000;
/** A database that takes longer to say whether it can be written is not there for a request either. */
const pingTimeoutMs = 1_000;

/** Redis and PostgreSQL. */
export async function openExternal(config: ExternalConfig, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  const redisAddress = { url: config.redisUrl, ca: config.redisCa };
  const address = { url: config.databaseUrl, ca: config.databaseCa };
  const giveUp = new AbortController();
  const waiting = { withinMs: config.startupTimeoutMs, signal: giveUp.signal, logger };
  const [{ pinning }] = await Promise.all([
    waitFor(postgres, () => expectUsable(address), waiting),
    waitFor(redisServer, () => checkRedisSettings(redisAddress, logger), waiting),
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
  const redis = createRedisFactory(redisAddress, faults);
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
  const clients = [producer, consumer, publisher, counts] as const;
  const watch = stack.use(startRedisWatch({ clients, prefix, faults, logger }));
  stack.use(startSubscriptionWatch({ publisher, subscriber, prefix, logger }));
  // Both connect when they are first used, and are their taker's to end.
  const pool = createPool(config.poolSize, ordinaryAnswerMs);
  const opened = stack.move();
  return {
    pool,
    openPatientPool: () => createPool(1, null),
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
    openLeaderSession: () =>
      openLeaderSession({ address, pinning, onError: (error) => databaseFaults.report(error) }),
    connections: pool.connections,
    pings: { postgres: () => probePool.query(writeCheck), redis: () => watch.ping(probe) },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
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
