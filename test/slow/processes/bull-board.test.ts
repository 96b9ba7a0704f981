import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { createBoard } from '../../environment/programs/bull-board.ts';
import type { BullBoard } from '../../environment/programs/bull-board.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const names = jobDefinitions.map(queueName);
const path = '/api/queues/video-summarization';

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let redis: Redis;
let queues: Queue[];
let board: BullBoard;
let subjects: Subjects;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  app = await startTestApp({
    stack,
    env: { MODEL_SERVICE_URL: model.url, RECONCILE_INTERVAL_MS: '300' },
  });
  redis = new Redis(stack.env['REDIS_URL']!, { maxRetriesPerRequest: null });
  const prefix = stack.env['REDIS_PREFIX']!;
  queues = names.map((name) => new Queue(name, { connection: redis, prefix }));
  board = createBoard(queues);
  subjects = await createSubjects(app.graphql);
});

afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await redis.quit();
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

/** The board's listing, with the entries of one queue. */
async function list(activeQueue: string): Promise<Record<string, any>[]> {
  const { status, body } = await board.send('get', '/api/queues', {
    activeQueue,
    page: '1',
    jobsPerPage: '20',
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.queues;
}

async function find(name: string): Promise<Record<string, any>> {
  const queue = (await list(name)).find((it) => it['name'] === name);
  return queue!;
}

const setPaused = (verb: 'pause' | 'resume') =>
  app.graphql.request(`mutation { ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`);

async function complete(mutation: Parameters<typeof startJob>[1], input: object): Promise<string> {
  const { id } = await startJob(app.graphql, mutation, input);
  await expectCompleted(id);
  return id;
}

async function expectCompleted(id: string): Promise<void> {
  const versions = await followJob(app.graphql, 'sse', id);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED', attempt: 1, error: null });
}

/** Jobs that wait in a queue that does not move. */
async function startPaused(count: number): Promise<string[]> {
  await setPaused('pause');
  const jobs = await Promise.all(
    Array.from({ length: count }, () => startJob(app.graphql, 'summarizeVideo', subjects)),
  );
  const ids = jobs.map(({ id }) => id as string);
  await eventually(async () =>
    expect((await find('video-summarization'))['jobs'].map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(ids),
    ),
  );
  return ids;
}

test('the board shows our queues, their jobs and their workers', async () => {
  const summaryJob = await complete('summarizeVideo', subjects);
  const { job } = await app.graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
    { id: summaryJob },
  );
  const summaryId = job.result.id;
  const jobs = {
    'video-summarization': summaryJob,
    'claim-extraction': await complete('extractClaims', { summaryId }),
    'claim-synthesis': await complete('synthesizeClaims', { summaryIds: [summaryId] }),
  };
  expect((await list('')).map(({ name }) => name)).toEqual(names);
  for (const [name, id] of Object.entries(jobs)) {
    // The row has ended by what its worker said, and the queue moves the entry at that moment.
    await eventually(async () =>
      expect(await find(name)).toMatchObject({
        type: 'bullmq',
        isPaused: false,
        hasWorkers: true,
        counts: { completed: 1, active: 0, failed: 0 },
        // Ids, and nothing of what the job is about.
        jobs: [{ id, name, data: { jobId: id, round: 1 }, isFailed: false }],
      }),
    );
    const entry = await board.send('get', `/api/queues/${name}/${id}`);
    expect(entry).toMatchObject({ status: 200, body: { status: 'completed' } });
  }
});

test('a queue that our API has paused is paused on the board, its jobs wait, and the board resumes it', async () => {
  const [id] = await startPaused(1);
  expect(await find('video-summarization')).toMatchObject({
    isPaused: true,
    counts: { prioritized: 1 },
  });
  expect(await board.send('put', `${path}/resume`)).toMatchObject({ status: 200 });
  await expectCompleted(id!);
  const data = await app.graphql.request('{ queue(type: VIDEO_SUMMARIZATION) { paused } }');
  expect(data['queue']).toEqual({ paused: false });
});

test.each([
  ['one job that waits is removed', (id: string) => `${path}/${id}/clean`, 204],
  ['the whole queue is emptied', () => `${path}/empty`, 200],
])('when %s on the board, the rows bring back what was accepted', async (_what, route, status) => {
  const ids = await startPaused(3);
  const removedAt = Date.now();
  expect(await board.send('put', route(ids[0]!))).toMatchObject({ status });
  // A new entry: the old one was made before.
  const entry = await eventually(async () => {
    const found = await queues[0]!.getJob(ids[0]!);
    expect(found?.timestamp).toBeGreaterThanOrEqual(removedAt);
    return found;
  });
  expect(entry?.data).toEqual({ jobId: ids[0], round: 1 });
  expect(await readJob(app.graphql, ids[0]!)).toMatchObject({ state: 'QUEUED', attempt: 0 });
  await setPaused('resume');
  await Promise.all(ids.map(expectCompleted));
});

test('a job that runs cannot be removed, and completes', async () => {
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  await gate.reached();
  expect(await board.send('put', `${path}/${id}/clean`)).toMatchObject({ status: 409 });
  gate.open();
  await expectCompleted(id);
});

test('a job that has ended stays as it is, whether its entry is run again or removed', async () => {
  const id = await complete('summarizeVideo', subjects);
  await eventually(async () => expect(await queues[0]!.getJobState(id)).toBe('completed'));
  const before = await readJob(app.graphql, id);
  const calls = model.calls.length;
  const { finishedOn } = (await queues[0]!.getJob(id))!;
  expect(await board.send('put', `${path}/${id}/retry`)).toMatchObject({ status: 204 });
  await eventually(async () => {
    const entry = await queues[0]!.getJob(id);
    expect(entry?.finishedOn).toBeGreaterThan(finishedOn!);
  });
  expect(await board.send('put', `${path}/${id}/clean`)).toMatchObject({ status: 204 });
  expect(await queues[0]!.getJob(id)).toBeUndefined();
  // What comes after it is through: so is what the queue said of it.
  await complete('summarizeVideo', subjects);
  expect(await readJob(app.graphql, id)).toEqual(before);
  expect(model.calls.slice(calls)).toHaveLength(1);
});
