import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { queueName } from '../../../src/jobs/define-job.ts';
import { eventually } from '../../environment/eventually.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

/** A Redis at a fixed address, behind which the server can change. */
export interface ChaosRedis extends AsyncDisposable {
  url: string;
  flushRedis: () => Promise<void>;
  /** Names of the connections to Redis. */
  listRedisClients: () => Promise<string[]>;
  killRedis: () => Promise<void>;
  /** Starts an empty one at the same address. */
  startRedis: () => Promise<void>;
  /** Sends Redis a signal, such as SIGSTOP. */
  signalRedis: (signal: NodeJS.Signals) => void;
  /**
   * A replica takes over the address. The old server becomes its replica, and keeps its connections. Returns a function that
   * stops the old server.
   */
  failOverRedis: () => Promise<() => Promise<void>>;
  /** Makes the next ids of each queue's stream later by that much, as if the clock of Redis were ahead. */
  advanceStreams: (byMs: number) => Promise<void>;
}

const prefix = 'fovea';

export async function startChaosRedis(): Promise<ChaosRedis> {
  await using stack = new AsyncDisposableStack();
  let server = await startRedis(undefined, 'KILL');
  // Read now, as a paused server does not answer.
  let pid = await withRedis(server.url, findPid);
  stack.defer(() => server[Symbol.asyncDispose]());
  const proxy = stack.use(await startTcpProxy(server.url));
  const use = <T>(work: (client: Redis) => Promise<T>) => withRedis(server.url, work);
  const opened = stack.move();
  return {
    url: proxy.url,
    flushRedis: () => use(async (client) => void (await client.flushall())),
    listRedisClients: () => use(listClients),
    killRedis: async () => server[Symbol.asyncDispose](),
    startRedis: async () => {
      server = await startRedis(Number(new URL(server.url).port), 'KILL');
      pid = await use(findPid);
    },
    signalRedis: (signal) => void process.kill(pid, signal),
    failOverRedis: async () => {
      const before = server;
      server = await startReplica(before.url);
      pid = await use(findPid);
      const retire = async () => before[Symbol.asyncDispose]();
      opened.defer(retire);
      proxy.redirect(server.url);
      await use((client) => client.replicaof('NO', 'ONE'));
      await withRedis(before.url, (client) => client.replicaof(...addressOf(server.url)));
      return retire;
    },
    advanceStreams: (byMs) =>
      use(async (client) => {
        for (const key of streamKeys)
          await client.xadd(key, `${Date.now() + byMs}-0`, 'event', 'drained');
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const streamKeys = jobDefinitions.map((definition) => `${prefix}:${queueName(definition)}:events`);

async function startReplica(of: string) {
  const replica = await startRedis(undefined, 'KILL');
  await withRedis(replica.url, async (client) => {
    await client.replicaof(...addressOf(of));
    await eventually(async () =>
      expect(await client.info('replication')).toContain('master_link_status:up'),
    );
  });
  return replica;
}

function addressOf(url: string): [host: string, port: number] {
  const { hostname, port } = new URL(url);
  return [hostname, Number(port)];
}

async function findPid(client: Redis): Promise<number> {
  return Number(/^process_id:(\d+)/m.exec(await client.info('server'))?.[1]);
}

async function listClients(client: Redis): Promise<string[]> {
  const text = String(await client.client('LIST'));
  return [...text.matchAll(/ name=(\S*)/g)].map(([, name]) => name!);
}

async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
