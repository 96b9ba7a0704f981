import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

/** Waits for the system to recover; one read lasts longer. */
const recovery = { withinMs: 12_000 };
/** Event readers look for themselves every 2 s for a while after something happened. */
const quietSeconds = 4;

let opened: AsyncDisposableStack;
let redis: Redis;
let proxy: TcpProxy;
let stack: TestStack;
let app: TestApp;
let subjects: Subjects;
let lines: Record<string, any>[] = [];

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const server = opened.use(await startRedis());
  redis = opened.adopt(new Redis(server.url), (client) => client.disconnect());
  proxy = opened.use(await startTcpProxy(server.url));
  stack = opened.use(await createTestStack('external'));
  const model = opened.use(await startFakeModelService());
  const log = new PassThrough({ encoding: 'utf8' });
  log.on('data', (line: string) => lines.push(JSON.parse(line)));
  app = opened.use(
    await startTestApp({
      stack,
      // What heals does so without the reconciler's turn.
      env: { REDIS_URL: proxy.url, MODEL_SERVICE_URL: model.url, RECONCILE_INTERVAL_MS: '600000' },
      logger: pino({ level: 'info' }, log),
    }),
  );
  subjects = await createSubjects(app.graphql);
});

beforeEach(() => {
  lines = [];
});

afterAll(() => opened.disposeAsync());

const start = () => startJob(app.graphql, 'summarizeVideo', subjects);
const countLines = (text: string) =>
  lines.filter(({ msg }) => (msg as string).startsWith(text)).length;

async function expectCompleted(id: string): Promise<void> {
  await eventually(
    async () => expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' }),
    recovery,
  );
  expect(await readJob(app.graphql, id)).toMatchObject({ attempt: 1, error: null });
}

/** What Redis says of the connections of workers and event readers; `idle` and `age` are seconds. */
async function listBlocked(figure: 'idle' | 'age'): Promise<number[]> {
  const clients = String(await redis.client('LIST')).split('\n');
  const blocked = clients.filter((it) => / cmd=(xread|bzpopmin) /.test(it));
  expect(blocked.length).toBeGreaterThan(0);
  return blocked.map((it) => Number(new RegExp(` ${figure}=(\\d+) `).exec(it)?.[1]));
}

/** Until every worker and event reader has been in one read for a while. */
async function whenQuiet(): Promise<void> {
  await eventually(async () =>
    expect(Math.min(...(await listBlocked('idle')))).toBeGreaterThanOrEqual(quietSeconds),
  );
}

test('an idle app whose connections have all fallen silent takes the next job soon', async () => {
  await expectCompleted((await start())['id']);
  await whenQuiet();
  proxy.pauseOpen();
  const { id } = await start();
  await expectCompleted(id);
});

test('a Redis that hangs while nothing happens, and goes on later, costs no job', async () => {
  await whenQuiet();
  proxy.pause();
  const { id } = await start();
  await eventually(() => expect(countLines('redis connection failed')).toBeGreaterThan(0));
  proxy.resume();
  await expectCompleted(id);
});

test('events that start over while nothing happens are noticed, and the next ones applied', async () => {
  // As if a Redis whose clock is an hour ahead were replaced by another one, which has no events yet.
  const key = `${stack.env['REDIS_PREFIX']}:video-summarization:events`;
  const { id } = await start();
  await expectCompleted(id);
  const ahead = `${Date.now() + 3_600_000}-0`;
  const report = JSON.stringify({ attempt: 1, progress: 1, stage: 'Ahead' });
  await redis.xadd(key, ahead, 'event', 'progress', 'jobId', id, 'data', report);
  await whenQuiet();
  await redis.flushall();
  await eventually(() => expect(countLines('redis has lost its keys')).toBe(1));
  await eventually(async () =>
    expect(Math.max(...(await listBlocked('age')))).toBeLessThan(quietSeconds),
  );
  await whenQuiet();
  const versions = await followJob(app.graphql, 'sse', (await start())['id']);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED' });
  expect(countLines('events have started over')).toBe(1);
});
