import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { RedisConfig } from '../../config/redis.ts';
import { withTimeout } from '../../platform/timeout.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import { toClusterOptions } from './cluster.ts';

/** Time for Redis to accept a connection; a request that waits for one has 3 s in all. */
const connectTimeoutMs = 2_000;

export type OnError = (error: Error) => void;

/** A client of Redis, which connects when it is told to; its name is how Redis lists it. */
export function createRedisClient(
  redis: RedisConfig,
  name: string,
  options: RedisOptions,
  onError: OnError,
): RedisClient {
  const common = { ...toServerOptions(redis, name), ...options };
  if (!redis.isCluster) return createServerClient(redis, common, onError);
  const client = new Cluster([...redis.location.hosts], toClusterOptions(redis, common));
  // Why no node answers, the last of them has said.
  client.on('error', (error: Error & { lastNodeError?: Error }) =>
    onError(error.lastNodeError ?? error),
  );
  client.on('node error', onError);
  return client;
}

/** A client that subscribes: in a Cluster, of any one node, as each is told what is published at another. */
export function createRedisSubscriber(
  redis: RedisConfig,
  publisher: RedisClient,
  options: RedisOptions,
  onError: OnError,
): Redis {
  const { hosts } = redis.location;
  const common = { ...toServerOptions(redis, 'subscriber'), ...options };
  if (!(publisher instanceof Cluster)) return createServerClient(redis, common, onError);
  /** Another one after each break, of those that the Cluster has now. */
  const nextNode = (times: number) => {
    const nodes = publisher.nodes().map(({ options: { host, port } }) => ({ host, port }));
    const known = nodes.length === 0 ? hosts : nodes;
    return known[(times + randomStart) % known.length]!;
  };
  const randomStart = Math.floor(Math.random() * hosts.length);
  const client = new Redis({
    ...common,
    ...nextNode(0),
    retryStrategy: (times) => {
      // ioredis looks where to connect to when it does so.
      Object.assign(client.options, nextNode(times));
      return common.retryStrategy?.(times);
    },
  });
  client.on('error', onError);
  return client;
}

/** A client of one Sentinel, at `host:port`. */
export function createSentinelClient(
  { ca, sentinelPassword, location }: RedisConfig,
  address: string,
  options: RedisOptions,
  onError: OnError,
): Redis {
  const client = new Redis(`redis://${address}`, {
    enableReadyCheck: false,
    lazyConnect: true,
    ...(sentinelPassword === null ? {} : { password: sentinelPassword }),
    ...toTls(ca, location.isTls),
    ...options,
  });
  client.on('error', onError);
  return client;
}

/** Connects for the first time; throws TimeoutError when it cannot be used in time. It goes on trying meanwhile. */
export async function connectRedis(client: RedisClient, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('ready', resolve);
  // Of a Cluster, it may never settle; of all, what fails is an event as well.
  client.connect().catch(() => undefined);
  await withTimeout(promise, withinMs);
}

/** One server, or that which Sentinels call the master. */
function createServerClient(redis: RedisConfig, options: RedisOptions, onError: OnError): Redis {
  const client =
    redis.location.masterName === null
      ? new Redis(redis.url, options)
      : new Redis({ ...options, ...toSentinelOptions(redis, options) });
  client.on('error', onError);
  return client;
}

/** How any server is spoken to, wherever it is. */
function toServerOptions({ ca, location: url }: RedisConfig, name: string): RedisOptions {
  return {
    connectTimeout: connectTimeoutMs,
    connectionName: `fovea-jobs-${name}`,
    lazyConnect: true,
    ...(url.username === undefined ? {} : { username: url.username }),
    ...(url.password === undefined ? {} : { password: url.password }),
    ...toTls(ca, url.isTls),
  };
}

function toTls(ca: RedisConfig['ca'], isTls: boolean): RedisOptions {
  return isTls ? { tls: ca === null ? {} : { ca } } : {};
}

function toSentinelOptions(
  { location: url, sentinelPassword, natMap }: RedisConfig,
  { tls, retryStrategy }: RedisOptions,
): RedisOptions {
  return {
    sentinels: url.hosts.map((host) => ({ ...host })),
    name: url.masterName!,
    db: url.database,
    sentinelCommandTimeout: connectTimeoutMs,
    // Without one, the first time that no Sentinel answers is the end of the client.
    sentinelRetryStrategy: (times) => retryStrategy?.(times) ?? null,
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
    ...(natMap === null ? {} : { natMap: { ...natMap } }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}
