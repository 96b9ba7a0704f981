import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { findRedisCli } from './find-programs.ts';
import { startRedisServers, toOptions } from './redis-servers.ts';
import type { RedisGroup } from './redis-servers.ts';
import { findFreePort } from './service-process.ts';

const run = promisify(execFile);

const password = 'word-of-the-cluster';
/** A node is down after so long without an answer. */
const nodeTimeoutMs = 1_500;
const startsWithin = { withinMs: 30_000 };

/** A Cluster of three masters with a replica each. */
export async function startRedisCluster(command: string): Promise<RedisGroup> {
  const cli = findRedisCli();
  if (cli === undefined) throw new Error('There is no redis-cli: run the tests by `npm test`.');
  await using stack = new AsyncDisposableStack();
  const servers = stack.use(
    await startRedisServers(command, 6, async (port) =>
      toOptions({
        port,
        requirepass: password,
        masterauth: password,
        'cluster-enabled': 'yes',
        // Its own choice, 10000 above the port, may be no port at all.
        'cluster-port': await findFreePort(),
        'cluster-node-timeout': nodeTimeoutMs,
        'repl-diskless-sync-delay': 0,
      }),
    ),
  );
  const hosts = servers.ports.map((port) => `127.0.0.1:${port}`);
  await run(cli, [
    '-a',
    password,
    '--cluster',
    'create',
    ...hosts,
    '--cluster-replicas',
    '1',
    '--cluster-yes',
  ]);
  for (const port of servers.ports) await whenWell(port);
  const opened = stack.move();
  return {
    // They name the others.
    env: {
      REDIS_URL: `redis://:${password}@${hosts.slice(0, 3).join(',')}`,
      REDIS_CLUSTER: 'true',
    },
    servers,
    findMaster: async (key) => {
      for (const port of servers.ports) {
        const master = await findMasterBy(port, key).catch(() => undefined);
        if (master !== undefined) return master;
      }
      throw new Error('no node answers');
    },
    whenReplica: (port) =>
      eventually(async () => {
        expect(await ask(port, (redis) => redis.info('replication'))).toMatch(
          /master_link_status:up/,
        );
      }, startsWithin).then(() => undefined),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function whenWell(port: number): Promise<void> {
  await eventually(async () => {
    expect(await ask(port, (redis) => redis.cluster('INFO'))).toMatch(
      /cluster_state:ok[^]*cluster_known_nodes:6/,
    );
    const slots = await ask(port, (redis) => redis.cluster('SLOTS'));
    // Each with its replica.
    expect(slots.map((range) => range.length)).toEqual([4, 4, 4]);
  }, startsWithin);
}

async function findMasterBy(port: number, key: string): Promise<number | undefined> {
  return ask(port, async (redis) => {
    const slot = await redis.cluster('KEYSLOT', key);
    const ranges = await redis.cluster('SLOTS');
    const range = ranges.find(([first, last]) => first <= slot && slot <= last);
    return range === undefined ? undefined : (range[2] as unknown as [string, number])[1];
  });
}

async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ port, password, retryStrategy: () => null, enableReadyCheck: false });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
