import { Redis } from 'ioredis';
import pg from 'pg';
import { createDatabase } from '../../src/db/database.ts';
import { migrateToLatest } from '../../src/db/migrate.ts';
import type { Database } from '../../src/db/tables.ts';
import { eventually } from '../environment/eventually.ts';
import { startDurablePostgres } from '../environment/postgres.ts';
import { startRedis } from '../environment/redis.ts';

/** A Redis and a PostgreSQL of a run's own, to be broken. */
export interface ChaosServices extends AsyncDisposable {
  redisUrl: string;
  databaseUrl: string;
  /** The run's own look at the rows; it comes back after a restart. */
  db: Database;
  flushRedis: () => Promise<void>;
  /** Names of the connections that Redis has. */
  listRedisClients: () => Promise<string[]>;
  killRedis: () => Promise<void>;
  /** On the same port, empty. */
  startRedis: () => Promise<void>;
  /** Sends Redis a signal, such as SIGSTOP. */
  signalRedis: (signal: NodeJS.Signals) => void;
  crashPostgres: () => Promise<void>;
  startPostgres: () => Promise<void>;
}

export async function startChaosServices(): Promise<ChaosServices> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startDurablePostgres());
  let redis = await startRedis(undefined, 'KILL');
  stack.defer(() => redis[Symbol.asyncDispose]());
  const { url: redisUrl } = redis;
  let redisPid = await findRedisPid(redisUrl);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  // Idle connections break when PostgreSQL does; the next query opens another.
  pool.on('error', () => undefined);
  const db = stack.use(createDatabase(pool));
  await migrateToLatest(db);
  const opened = stack.move();
  return {
    redisUrl,
    databaseUrl: postgres.url,
    db,
    flushRedis: () => withRedis(redisUrl, async (client) => void (await client.flushall())),
    listRedisClients: () => withRedis(redisUrl, listClients),
    killRedis: async () => redis[Symbol.asyncDispose](),
    startRedis: async () => {
      redis = await startRedis(Number(new URL(redisUrl).port), 'KILL');
      redisPid = await findRedisPid(redisUrl);
    },
    signalRedis: (signal) => process.kill(redisPid, signal),
    crashPostgres: postgres.crash,
    startPostgres: async () => {
      await postgres.start();
      await eventually(() => pool.query('select 1'));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function findRedisPid(url: string): Promise<number> {
  const text = await withRedis(url, (client) => client.info('server'));
  return Number(/^process_id:(\d+)/m.exec(text)?.[1]);
}

async function listClients(client: Redis): Promise<string[]> {
  const text = String(await client.client('LIST'));
  return [...text.matchAll(/ name=(\S*)/g)].map(([, name]) => name!);
}

async function withRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}
