import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import { createBrokerProbe } from '../environment/app/broker-probe.ts';
import { eventually } from '../environment/eventually.ts';
import { streamAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createGate } from '../environment/model-service/gate.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const probe = createBrokerProbe();
let stack: TestStack;
let model: FakeModelService;

beforeEach(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
});

afterEach(async () => {
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

function start(role: 'api' | 'worker'): Promise<TestApp> {
  const env = { MODEL_SERVICE_URL: model.url };
  return startTestApp({ stack, env, role, overrides: { wrapBroker: probe.wrap } });
}

async function startJobs(app: TestApp, count: number): Promise<string[]> {
  const subjects = await createSubjects(app.graphql);
  const jobs = Array.from({ length: count }, () =>
    startJob(app.graphql, 'summarizeVideo', subjects),
  );
  return (await Promise.all(jobs)).map(({ id }) => id as string);
}

test('of two bridges, one publishes each version, and subscribers of both see them in order', async () => {
  await using first = await start('api');
  await using second = await start('api');
  await using _worker = await start('worker');
  const lines = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((progress) => ({ progress }));
  model.answer('/api/summarize', streamAnswer('/api/summarize', lines));

  const started = await Promise.all([startJobs(first, 15), startJobs(second, 15)]);
  const followed = started
    .flat()
    .flatMap((id) => [
      followJob(first.graphql, 'sse', id),
      followJob(second.graphql, 'websocket', id),
    ]);
  for (const updates of await Promise.all(followed)) {
    const versions = updates.map((update) => update['version'] as number);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(updates.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
  }
  for (const id of started.flat()) {
    const { version } = await readJob(first.graphql, id);
    const published = probe.published.filter((row) => row.id === id).map((row) => row.version);
    const all = Array.from({ length: version }, (_, index) => index + 1);
    expect(published.toSorted((a, b) => a - b)).toEqual(all);
  }
});

test('events that occur while no bridge runs are applied by the next one', async () => {
  const gate = model.hold('/api/summarize');
  await using _worker = await start('worker');
  const first = await start('api');
  const ids = await startJobs(first, 3);
  const [held] = ids as [string];
  await gate.reached();
  await eventually(async () =>
    expect(await readJob(first.graphql, held)).toMatchObject({ state: 'ACTIVE' }),
  );
  await first[Symbol.asyncDispose]();

  gate.open();
  await using opened = await openTestStack(stack);
  const missed = await eventually(async () => {
    const results = await opened.db.selectFrom('videoSummary').selectAll().execute();
    expect(results.map(({ jobId }) => jobId).toSorted()).toEqual(ids.toSorted());
    return opened.db.selectFrom('job').selectAll().execute();
  });
  expect(missed.map(({ state }) => state)).not.toContain('COMPLETED');

  await using second = await start('api');
  const followed = ids.map((id) => followJob(second.graphql, 'sse', id));
  for (const updates of await Promise.all(followed)) {
    expect(updates.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
  }
});

test('unreadable events are skipped, and those after them are applied', async () => {
  await using app = await start('api');
  await using _worker = await start('worker');
  const gate = createGate();
  // From its first line on, the model service alone moves the job.
  const lines = [{ progress: 0.5, stage: 'Looking' }, gate];
  model.answer('/api/summarize', streamAnswer('/api/summarize', lines));
  const [id] = (await startJobs(app, 1)) as [string];
  const before = await eventually(async () => {
    const job = await readJob(app.graphql, id);
    expect(job).toMatchObject({ state: 'ACTIVE', stage: 'Looking' });
    return job;
  });

  const report = { attempt: 1, progress: 99, stage: 'Poison' };
  const toReport = (changes: object) => JSON.stringify({ ...report, ...changes });
  await addEvents(
    { event: 'progress', jobId: id, data: '{"attempt":1,"progress":99,' },
    { event: 'progress', jobId: id },
    { event: 'progress', jobId: id, data: toReport({ progress: 101 }) },
    { event: 'progress', jobId: id, data: toReport({ attempt: 'one' }) },
    { event: 'progress', jobId: id, data: toReport({ attempt: 2 ** 40 }) },
    { event: 'progress', jobId: id, data: toReport({ stage: 'NUL \0' }) },
    { event: 'progress', jobId: id, data: toReport({ stage: 'half a pair \ud800' }) },
    { event: 'progress', jobId: 'not-a-uuid', data: toReport({}) },
    { event: 'progress', data: toReport({}) },
    { event: 'completed', jobId: id, returnvalue: 'undefined' },
    { event: 'completed', jobId: id, returnvalue: '{"attempt":"one"}' },
    { event: 'completed', jobId: id },
    { event: 'delayed', jobId: id, delay: 'soon' },
    { event: 'dancing', jobId: id, data: toReport({}) },
    { jobId: id, data: toReport({}) },
  );
  gate.open();
  const updates = await followJob(app.graphql, 'sse', id);
  expect(updates.at(-1)).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  const seen = probe.published.filter((row) => row.id === id && row.version > before['version']);
  // What follows at once may be one version.
  const telling = seen.map(describeRow).filter((text) => text !== 'ACTIVE 92 Saving the summary');
  expect(telling).toEqual(['COMPLETED 100 null']);
});

/** As anything may that can write to Redis. */
async function addEvents(...events: Record<string, string>[]): Promise<void> {
  const redis = new Redis(stack.env['REDIS_URL']!);
  const key = `${stack.env['REDIS_PREFIX']}:video-summarization:events`;
  for (const fields of events) await redis.xadd(key, '*', ...Object.entries(fields).flat());
  await redis.quit();
}

function describeRow({ state, progress, stage }: JobRow): string {
  return `${state} ${progress} ${stage}`;
}
