import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { Pool } from 'pg';
import type { PoolConfig } from 'pg';
import { toPostgresConnection } from './postgres-tls.ts';

/** Time for PostgreSQL or Redis to accept a connection; a request that waits for one has 3 s in all. */
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

/** A pool of connections to PostgreSQL, which connects when it is first used. */
export function createPostgresPool(
  address: Address,
  options: PoolConfig,
  onError: (error: Error) => void,
): Pool {
  const pool = new Pool({
    ...toPostgresConnection(address),
    connectionTimeoutMillis: connectTimeoutMs,
    ...options,
  });
  // The pool hears idle ones only: one that breaks between two queries of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  // An idle one has been told of by its own listener; without this one, the pool would throw.
  pool.on('error', () => undefined);
  return pool;
}
