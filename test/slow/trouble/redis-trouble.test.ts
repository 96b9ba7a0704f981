import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTimeout } from '../../../src/platform/timeout.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import {
  createSubjects,
  followJob,
  getUpdate,
  readJob,
  startJob,
  watchJob,
} from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

/** What a user waits for at most once Redis is well again; and as much for a busy machine. */
const healed = { withinMs: 10_000 };

let servers: AsyncDisposableStack;
let redis: Redis;
let proxy: TcpProxy;
let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let subjects: Subjects;
let lines: Record<string, any>[] = [];

beforeAll(async () => {
  servers = new AsyncDisposableStack();
  const server = servers.use(await startRedis());
  redis = servers.adopt(new Redis(server.url), (client) => client.disconnect());
  proxy = servers.use(await startTcpProxy(server.url));
  stack = servers.use(await createTestStack('external'));
  model = servers.use(await startFakeModelService());
  const log = new PassThrough({ encoding: 'utf8' });
  log.on('data', (line: string) => lines.push(JSON.parse(line)));
  app = servers.use(
    await startTestApp({
      stack,
      // What heals does so without the reconciler's turn, which is not due in a test's time.
      env: {
        REDIS_URL: proxy.url,
        MODEL_SERVICE_URL: model.url,
        RECONCILE_INTERVAL_MS: '600000',
        VIDEO_SUMMARIZATION_CONCURRENCY: '2',
        CLAIM_EXTRACTION_ATTEMPTS: '1',
      },
      logger: pino({ level: 'info' }, log),
    }),
  );
  subjects = await createSubjects(app.graphql);
});

beforeEach(() => {
  lines = [];
});

afterAll(() => servers.disposeAsync());

const start = () => startJob(app.graphql, 'summarizeVideo', subjects);
const messages = () => lines.map(({ msg }) => msg as string);

async function expectCompleted(id: string): Promise<void> {
  await eventually(
    async () => expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' }),
    healed,
  );
  expect(await readJob(app.graphql, id)).toMatchObject({ attempt: 1, error: null });
}

async function setPaused(verb: 'pause' | 'resume'): Promise<void> {
  const mutation = `mutation { queue: ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`;
  expect(await app.graphql.request(mutation)).toEqual({ queue: { paused: verb === 'pause' } });
}

/** What the queue is given of the jobs that wait: twice as many as its worker runs at once. */
const room = 4;

/** Whether the queue is paused where workers see it. */
const isPausedInRedis = () =>
  redis.hexists(`${stack.env['REDIS_PREFIX']}:video-summarization:meta`, 'paused');

const countWaiting = () =>
  redis.zcard(`${stack.env['REDIS_PREFIX']}:video-summarization:prioritized`);

test('connections that fall silent are noticed and made again, and what runs completes', async () => {
  const gate = model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  const followed = followJob(app.graphql, 'sse', running['id']);
  proxy.pauseOpen();
  const waiting = await start();
  gate.open();
  expect((await followed).at(-1)).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  await expectCompleted(waiting['id']);
});

test('a queue that is paused stays so, and what waits in it is back, after Redis has lost everything', async () => {
  await setPaused('pause');
  const jobs = await Promise.all(Array.from({ length: 6 }, start));
  await eventually(async () => expect(await countWaiting()).toBe(room));
  await redis.flushall();
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(room);
  }, healed);
  for (const { id } of jobs) {
    expect(await readJob(app.graphql, id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
  }
  await setPaused('resume');
  await Promise.all(jobs.map(({ id }) => expectCompleted(id)));
});

test('events that start over behind those applied are noticed, said once, and applied', async () => {
  const gate = model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  // As of a Redis whose clock is an hour ahead of the one that takes its place.
  const key = `${stack.env['REDIS_PREFIX']}:video-summarization:events`;
  const report = JSON.stringify({ attempt: 1, progress: 1, stage: 'Ahead' });
  const ahead = `${Date.now() + 3_600_000}-0`;
  const updates = watchJob(app.graphql, 'sse', running['id']);
  await updates.next();
  await redis.xadd(key, ahead, 'event', 'progress', 'jobId', running['id'], 'data', report);
  // What the worker itself says of the job may follow at once.
  for await (const update of updates) if (getUpdate(update)['stage'] === 'Ahead') break;
  await redis.del(key);
  const waiting = await start();
  gate.open();
  await Promise.all([expectCompleted(running['id']), expectCompleted(waiting['id'])]);
  expect(
    messages().filter((message) => message.startsWith('events have started over')),
  ).toHaveLength(1);
  expect((await followJob(app.graphql, 'sse', (await start())['id'])).at(-1)).toMatchObject({
    state: 'COMPLETED',
  });
});

test('connections that stay with a master that was demoted go to the new one, and no attempt is charged', async () => {
  await using replica = await startRedis();
  using promoted = disconnected(new Redis(replica.url));
  const { host, port } = redis.options as { host: string; port: number };
  await redis.config('SET', 'repl-diskless-sync-delay', '0');
  await promoted.client.replicaof(host, port);
  await eventually(async () =>
    expect(await promoted.client.info('replication')).toContain('master_link_status:up'),
  );
  const gate = model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  proxy.redirect(replica.url);
  await promoted.client.replicaof('no', 'one');
  await redis.replicaof('127.0.0.1', new URL(replica.url).port);
  const waiting = await start();
  gate.open();
  await Promise.all([expectCompleted(running['id']), expectCompleted(waiting['id'])]);

  // And back, for the tests that follow.
  proxy.redirect(`redis://${host}:${port}`);
  await redis.replicaof('no', 'one');
  proxy.closeAll();
});

test('a lasting fault is said once a kind; a queue is paused meanwhile, and Redis follows when it is back', async () => {
  const { host, port } = redis.options;
  const before = proxy.accepted;
  proxy.redirect('redis://127.0.0.1:1');
  proxy.closeAll();
  await setPaused('pause');
  const { id } = await start();
  await eventually(() => expect(proxy.accepted - before).toBeGreaterThan(60));
  const faults = lines.filter(({ level }) => level >= 40).map(describeFault);
  expect(faults).toEqual([...new Set(faults)]);
  expect(faults.length).toBeLessThan(15);

  proxy.redirect(`redis://${host}:${port}`);
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(1);
  }, healed);
  await setPaused('resume');
  await expectCompleted(id);
});

test('it ends in time, though Redis is not there, or goes away meanwhile', async () => {
  await using patientStack = await createTestStack('external');
  const patient = await startTestApp({
    stack: patientStack,
    env: { REDIS_URL: proxy.url, MODEL_SERVICE_URL: model.url, SHUTDOWN_GRACE_MS: '60000' },
  });
  const gate = model.hold('/api/summarize');
  await start();
  await gate.reached();
  const calls = model.calls.length;
  await startJob(patient.graphql, 'summarizeVideo', await createSubjects(patient.graphql));
  await eventually(() => expect(model.calls).toHaveLength(calls + 1));
  const patientEnded = Promise.resolve(patient[Symbol.asyncDispose]());
  // What had nothing to do has ended while Redis was there.
  await eventually(async () => {
    const { queue } = await patient.graphql.request('{ queue(type: CLAIM_SYNTHESIS) { workers } }');
    expect(queue.workers).toBe(0);
  });
  proxy.redirect('redis://127.0.0.1:1');
  proxy.closeAll();
  const ended = Promise.resolve(app[Symbol.asyncDispose]());
  await expect(withTimeout(ended, 15_000)).resolves.toBeUndefined();
  expect(model.calls.at(-1)!.aborted).toBe(false);
  gate.open();
  await expect(withTimeout(patientEnded, 15_000)).resolves.toBeUndefined();
  expect(model.calls.at(-1)!.aborted).toBe(false);
}, 40_000);

function describeFault({ msg, loop, err }: Record<string, any>): string {
  return `${msg} ${loop ?? ''} ${err?.message}`.replaceAll(/\d+/g, '#');
}

function disconnected(client: Redis): Disposable & { client: Redis } {
  return { client, [Symbol.dispose]: () => client.disconnect() };
}
