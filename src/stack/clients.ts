import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/** Time for Redis to accept a connection; a request that waits for one has 3 s in all. */
const connectTimeoutMs = 2_000;

/** Where a server is, and who vouches for it. */
export interface Address {
  url: string;
  /** Certificates in PEM; null: those that Node.js trusts. */
  ca: string | null;
}

/** A client of Redis, which connects when it is told to; its name is how Redis lists it. */
export function createRedisClient(
  { url, ca }: Address,
  name: string,
  options: RedisOptions,
  onError: (error: Error) => void,
): Redis {
  const client = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    connectionName: `fovea-jobs-${name}`,
    lazyConnect: true,
    ...(ca === null ? {} : { tls: { ca } }),
    ...options,
  });
  client.on('error', onError);
  return client;
}
