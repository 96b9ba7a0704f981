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

/** Waits for the system to recover. */
const recovery = { withinMs: 10_000 };

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
      // Recovery must not depend on the reconciler, which does not run during a test.
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
    recovery,
  );
  expect(await readJob(app.graphql, id)).toMatchObject({ attempt: 1, error: null });
}

async function setPaused(verb: 'pause' | 'resume'): Promise<void> {
  const mutation = `mutation { queue: ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`;
  expect(await app.graphql.request(mutation)).toEqual({ queue: { paused: verb === 'pause' } });
}

/** How many waiting jobs the queue is given at least. */
const room = 10;

/** Whether the queue is paused in Redis, where workers read it. */
const isPausedInRedis = () =>
  redis.hexists(`${stack.env['REDIS_PREFIX']}:video-summarization:meta`, 'paused');

const countWaiting = () =>
  redis.zcard(`${stack.env['REDIS_PREFIX']}:video-summarization:prioritized`);

test('silent connections are replaced, and jobs complete', async () => {
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

test('a queue stays paused, and its jobs are enqueued again, after Redis has lost everything', async () => {
  await setPaused('pause');
  const jobs = await Promise.all(Array.from({ length: room + 2 }, start));
  await eventually(async () => expect(await countWaiting()).toBe(room));
  await redis.flushall();
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(room);
  }, recovery);
  for (const { id } of jobs) {
    expect(await readJob(app.graphql, id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
  }
  await setPaused('resume');
  await Promise.all(jobs.map(({ id }) => expectCompleted(id)));
});

test('running and waiting jobs complete, each with one result, after Redis has lost everything', async () => {
  const gate = model.hold('/api/summarize');
  const ownVideo = await createSubjects(app.graphql, { path: 'own.mp4' });
  const jobs = await Promise.all(
    Array.from({ length: 6 }, () => startJob(app.graphql, 'summarizeVideo', ownVideo)),
  );
  await gate.reached();
  await redis.flushall();
  gate.open();
  await eventually(async () => {
    for (const { id } of jobs)
      expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' });
  }, recovery);
  const { video } = await app.graphql.request(
    'query ($id: ID!) { video(id: $id) { summaries { id } } }',
    { id: ownVideo.videoId },
  );
  const resultIds = await Promise.all(
    jobs.map(async ({ id }) => {
      const { job } = await app.graphql.request(
        'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
        { id },
      );
      return { id: job.result.id as string };
    }),
  );
  const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
  expect(video.summaries.toSorted(byId)).toEqual(resultIds.toSorted(byId));
});

test('events that start over behind those applied are logged once, and applied', async () => {
  const gate = model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  // As if a Redis whose clock is an hour ahead were replaced by another one.
  const key = `${stack.env['REDIS_PREFIX']}:video-summarization:events`;
  const report = JSON.stringify({ attempt: 1, progress: 1, stage: 'Ahead' });
  const ahead = `${Date.now() + 3_600_000}-0`;
  const updates = watchJob(app.graphql, 'sse', running['id']);
  await updates.next();
  await redis.xadd(key, ahead, 'event', 'progress', 'jobId', running['id'], 'data', report);
  // The worker's own report may follow at once.
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

test('connections to a former master are replaced, and no attempt is charged', async () => {
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
  // A failover may lose what was not replicated, which is another test's subject.
  await redis.set('replicated', '1');
  await redis.wait(1, 5_000);
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

test('each kind of a lasting fault is logged once; a queue can be paused meanwhile, and Redis follows later', async () => {
  const { host, port } = redis.options;
  const before = proxy.accepted;
  proxy.redirect('redis://127.0.0.1:1');
  proxy.closeAll();
  await setPaused('pause');
  const job = await start();
  expect(job).toMatchObject({ state: 'QUEUED' });
  await eventually(() => expect(proxy.accepted - before).toBeGreaterThan(60));
  const faults = lines.filter(({ level }) => level >= 40).map(describeFault);
  expect(faults).toEqual([...new Set(faults)]);
  expect(faults.length).toBeLessThan(15);

  proxy.redirect(`redis://${host}:${port}`);
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(1);
  }, recovery);
  await setPaused('resume');
  await expectCompleted(job['id']);
});

test('the app ends long before its grace period, although Redis is down', async () => {
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
  // Idle workers have ended while Redis was up.
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
