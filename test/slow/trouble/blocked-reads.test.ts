import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/platform/logger.ts';
import { createRedisOptions } from '../../../src/stack/redis/options.ts';
import { startHeldJobs } from '../../../src/stack/redis/held-jobs.ts';
import type { HeldJobs } from '../../../src/stack/redis/held-jobs.ts';
import { createWatchedBackends } from '../../../src/stack/redis/queue-backend.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

const name = 'work';
const prefix = 'blocked-reads';
const dayMs = 86_400_000;
/** Longer than any test: what wakes a read is not its end. */
const idleWaitMs = 300_000;
const endless = 600_000;

let servers: AsyncDisposableStack;
let redis: Redis;
let proxy: TcpProxy;
let queue: Queue;
let heldJobs: HeldJobs;
/** Its own connection leads to Redis itself; the copies that BullMQ makes for what blocks lead through the proxy. */
let consumer: Redis;
let listeners: Set<() => void>;

beforeEach(async () => {
  servers = new AsyncDisposableStack();
  const { url } = servers.use(await startRedis());
  proxy = servers.use(await startTcpProxy(url));
  redis = servers.adopt(new Redis(url), (client) => client.disconnect());
  consumer = servers.adopt(
    new Redis(url, { ...createRedisOptions(), maxRetriesPerRequest: null }),
    (client) => client.disconnect(),
  );
  await redis.ping();
  await consumer.ping();
  const { hostname: host, port } = new URL(proxy.url);
  Object.assign(consumer.options, { host, port: Number(port) });
  queue = servers.adopt(new Queue(name, { connection: redis, prefix }), (it) => it.close());
  heldJobs = servers.use(startHeldJobs(redis, createLogger('silent', false)));
  listeners = new Set();
});

afterEach(() => servers.disposeAsync());

function createBackends(blockMs: number) {
  const onTrouble = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return createWatchedBackends({ onTrouble, heldJobs, idleWaitMs, blockMs });
}

/** Starts a worker that has nothing to do; returns the ids of the jobs that it gets from now on. */
async function startIdleWorker(blockMs: number): Promise<string[]> {
  const done: string[] = [];
  const options = { connection: consumer, prefix, drainDelay: idleWaitMs / 1_000 };
  const worker = servers.adopt(
    new Worker(name, async ({ id }) => done.push(id!), options, createBackends(blockMs)),
    (it) => it.close(),
  );
  worker.on('error', () => undefined);
  await whenBlocked('bzpopmin');
  return done;
}

/** Starts to read the events of the queue; returns what is read, once it is. */
async function startReading(blockMs: number) {
  const events = servers.adopt(
    new QueueEvents(
      name,
      { connection: consumer, prefix, autorun: false },
      createBackends(blockMs),
    ),
    (it) => it.close(),
  );
  events.on('error', () => undefined);
  await events.waitUntilReady();
  const reading = events.getBackend().readEvents('0', idleWaitMs);
  reading.catch(() => undefined);
  await whenBlocked('xread');
  return { reading, readAgain: () => events.getBackend().readEvents('0', idleWaitMs) };
}

async function whenBlocked(command: string): Promise<void> {
  await eventually(async () =>
    expect(await redis.client('LIST')).toMatch(new RegExp(`flags=b .*cmd=${command} `)),
  );
}

function announceTrouble(): void {
  for (const listener of listeners) listener();
}

test('a worker whose connection alone is silent gets its job after a second more than a read takes', async () => {
  const done = await startIdleWorker(1_000);
  proxy.pauseOpen();
  const { id } = await queue.add('job', {});
  await eventually(() => expect(done).toEqual([id]));
});

test('an event reader whose connection alone is silent is told so after a second more than a read takes', async () => {
  const { reading, readAgain } = await startReading(1_000);
  proxy.pauseOpen();
  await queue.add('job', {});
  expect(await reading).toBeNull();
  expect(await readAgain()).toMatchObject([[expect.any(String), expect.any(Array)]]);
});

test('reads on silent connections end at once when there is trouble with others', async () => {
  const done = await startIdleWorker(endless);
  const { reading, readAgain } = await startReading(endless);
  proxy.pauseOpen();
  const { id } = await queue.add('job', {});
  announceTrouble();
  expect(await reading).toBeNull();
  expect(await readAgain()).toMatchObject([[expect.any(String), expect.any(Array)]]);
  await eventually(() => expect(done).toEqual([id]));
});

test('a connection that is lost ends the read of an event reader once it is back', async () => {
  const { reading, readAgain } = await startReading(endless);
  const accepted = proxy.accepted;
  proxy.redirect('redis://127.0.0.1:1');
  proxy.closeAll();
  await eventually(() => expect(proxy.accepted).toBeGreaterThan(accepted + 2));
  const { host, port } = redis.options;
  proxy.redirect(`redis://${host}:${port}`);
  expect(await reading).toBeNull();
  await queue.add('job', {});
  expect(await readAgain()).toMatchObject([[expect.any(String), expect.any(Array)]]);
});

test('a job whose marker was lost is found, although each worker waits for one', async () => {
  const done = await startIdleWorker(endless);
  const { id } = await queue.add('job', {}, { delay: dayMs });
  const key = (of: string) => `${prefix}:${name}:${of}`;
  // As if a worker had taken the marker, and died.
  await redis.multi().zrem(key('delayed'), id!).lpush(key('wait'), id!).exec();
  await eventually(() => expect(done).toEqual([id]));
});

test('an idle worker and an event reader close in the middle of a read, also while their connection is away', async () => {
  await startIdleWorker(endless);
  await startReading(endless);
  proxy.redirect('redis://127.0.0.1:1');
  proxy.closeAll();
  // Neither read would end by itself.
  await expect(servers.disposeAsync()).resolves.toBeUndefined();
});
