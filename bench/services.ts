import { Redis } from 'ioredis';
import pg from 'pg';
import { startDurablePostgres } from '../test/environment/programs/postgres.ts';
import { startRedis } from '../test/environment/programs/redis.ts';
import { readCpu, readFamilyCpu, readParent } from './process-usage.ts';
import type { VariantName } from './variants/variant.ts';

export interface RedisServer {
  url: string;
  client: Redis;
  readCpu: () => number;
}

export interface PostgresServer {
  url: string;
  client: pg.Client;
  readCpu: () => number;
}

export interface Services extends AsyncDisposable {
  /** One for each variant, so that none affects another. */
  redis: Record<VariantName, RedisServer>;
  postgres: PostgresServer;
  /** Another database of the same server, for many finished jobs. */
  grownPostgres: PostgresServer;
}

/** Starts a Redis for each variant, and a durable PostgreSQL, as in production. */
export async function startServices(): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  const postgres = await openPostgres(stack);
  const redis = {
    recipe: await openRedis(stack),
    rest: await openRedis(stack),
    ours: await openRedis(stack),
    grown: await openRedis(stack),
  };
  const grownPostgres = await openBeside(stack, postgres);
  const opened = stack.move();
  return { redis, postgres, grownPostgres, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function openRedis(stack: AsyncDisposableStack): Promise<RedisServer> {
  const { url } = stack.use(await startRedis());
  const client = stack.adopt(new Redis(url), (open) => open.disconnect());
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  return { url, client, readCpu: () => readCpu(pid) };
}

async function openPostgres(stack: AsyncDisposableStack): Promise<PostgresServer> {
  const server = stack.use(await startDurablePostgres());
  await loadStatementCounter(server);
  const client = await connect(server.url);
  stack.defer(() => client.end());
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = readParent(rows[0]!.pid);
  return { url: server.url, client, readCpu: () => readFamilyCpu(pid) };
}

async function openBeside(
  stack: AsyncDisposableStack,
  postgres: PostgresServer,
): Promise<PostgresServer> {
  await postgres.client.query('create database grown');
  const url = Object.assign(new URL(postgres.url), { pathname: 'grown' }).href;
  const client = await connect(url);
  stack.defer(() => client.end());
  return { url, client, readCpu: postgres.readCpu };
}

/** Loads pg_stat_statements, which needs a restart of the server. It counts nothing until a measure enables it. */
async function loadStatementCounter(server: Awaited<ReturnType<typeof startDurablePostgres>>) {
  const before = await connect(server.url);
  await before.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await before.query('checkpoint');
  await before.end();
  await server.crash();
  await server.start();
  const client = await connect(server.url);
  await client.query(`create extension pg_stat_statements`);
  await client.query(`alter system set pg_stat_statements.track = 'none'`);
  await client.query('select pg_reload_conf()');
  await client.end();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // The server stops before its clients do.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
