import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const submit = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
  summarizeVideo(input: $input, options: $options) {
    __typename
    ... on SummarizeVideoPayload { created job { id state nextAttemptAt expiresAt } }
    ... on ValidationError { issues { path message } }
    ... on IdempotencyConflictError { existingJobId }
  }
}`;

const control = (mutation: string) =>
  `mutation { ${mutation}(type: VIDEO_SUMMARIZATION) { paused } }`;

/** More than 32 bits hold. */
const maxDelayMs = 30 * 24 * 3_600_000;

const refused: [what: string, options: object, path: string, message: string][] = [
  ['a time in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', 'in the future'],
  ['the year 0', { expiresAt: '0000-01-01T00:00:00Z' }, 'expiresAt', 'in the future'],
  [
    'a time that is in the year 10000 in UTC',
    { expiresAt: '9999-12-31T23:59:59-12:00' },
    'expiresAt',
    'before the year 10000',
  ],
  [
    'an expiry before the delay is over',
    { delayMs: 3_600_000, expiresAt: new Date(Date.now() + 1_800_000) },
    'expiresAt',
    '`delayMs`',
  ],
  [
    'a time of the year 10000 in UTC by eleven hours',
    { expiresAt: '9999-12-31T23:59:59-11:00' },
    'expiresAt',
    'before the year 10000',
  ],
  ['a delay of more than 30 days', { delayMs: maxDelayMs + 1 }, 'delayMs', '30 days'],
  ['a delay of more than any number', { delayMs: Number.MAX_SAFE_INTEGER }, 'delayMs', '30 days'],
  ['a negative delay', { delayMs: -1 }, 'delayMs', 'negative'],
  ['an empty key', { idempotencyKey: '' }, 'idempotencyKey', 'empty'],
];

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let subjects: Subjects;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  subjects = await createSubjects(app.graphql);
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function summarize(input: object, options: object) {
  const data = await app.graphql.request(submit, { input: { ...subjects, ...input }, options });
  return data['summarizeVideo'];
}

test('the same key and input bring back the same job, defaults filled in', async () => {
  const first = await summarize({}, { idempotencyKey: 'same' });
  const again = await summarize(
    { maxFrames: 30, fusionStrategy: null },
    { idempotencyKey: 'same' },
  );
  expect(first).toMatchObject({ created: true });
  expect(again).toMatchObject({ created: false, job: { id: first.job.id } });
});

test('the same key with another input is a conflict that names the job', async () => {
  const first = await summarize({}, { idempotencyKey: 'conflict' });
  expect(await summarize({ maxFrames: 31 }, { idempotencyKey: 'conflict' })).toEqual({
    __typename: 'IdempotencyConflictError',
    existingJobId: first.job.id,
  });
});

test('fifty submissions with one key at once make one job', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => summarize({}, { idempotencyKey: 'fifty' })),
  );
  expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
});

test('a delayed job is DELAYED until its time, and runs then', async () => {
  const job = await startJob(app.graphql, 'summarizeVideo', subjects, { delayMs: 300 });
  expect(job).toMatchObject({ state: 'DELAYED', position: null, attempts: [], error: null });
  const versions = await followJob(app.graphql, 'sse', job['id']);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED' });
  const dueAt = Date.parse(job['nextAttemptAt']);
  expect(Date.parse(versions.at(-1)!['startedAt'])).toBeGreaterThanOrEqual(dueAt - 1);
});

test('a job that has not begun by its expiry is EXPIRED, and never runs', async () => {
  await app.graphql.request(control('pauseQueue'));
  const expiresAt = new Date(Date.now() + 400);
  const job = await startJob(app.graphql, 'summarizeVideo', subjects, { expiresAt });
  const last = (await followJob(app.graphql, 'websocket', job['id'])).at(-1)!;
  await app.graphql.request(control('resumeQueue'));
  expect(last).toMatchObject({ state: 'EXPIRED', attempts: [], retryable: true });
  expect(Date.parse(last['completedAt'])).toBeGreaterThanOrEqual(expiresAt.getTime());
  expect(await readJob(app.graphql, job['id'])).toEqual(last);
});

test.each(refused)('%s is refused, and nobody else', async (_what, options, path, message) => {
  const answers = await Promise.all([summarize({}, {}), summarize({}, options), summarize({}, {})]);
  const accepted = { __typename: 'SummarizeVideoPayload' };
  const refusal = {
    __typename: 'ValidationError',
    issues: [{ path: ['options', path], message: expect.stringContaining(message) }],
  };
  expect(answers).toMatchObject([accepted, refusal, accepted]);
});

test('a delay may be 30 days', async () => {
  const expiresAt = new Date(Date.now() + maxDelayMs + 3_600_000);
  const { job } = await summarize({}, { delayMs: maxDelayMs, expiresAt });
  expect(job).toMatchObject({ state: 'DELAYED', expiresAt: expiresAt.toISOString() });
  const leftMs = Date.parse(job.nextAttemptAt) - Date.now();
  expect(Math.abs(leftMs - maxDelayMs)).toBeLessThan(60_000);
  const { videoId, personaId } = subjects;
  const written = await app.graphql.request(
    `mutation ($delayMs: Int) {
      a: summarizeVideo(input: { videoId: "${videoId}", personaId: "${personaId}" }, options: { delayMs: 2592000000 }) {
        ... on SummarizeVideoPayload { job { state } }
      }
      b: summarizeVideo(input: { videoId: "${videoId}", personaId: "${personaId}" }, options: { delayMs: $delayMs }) {
        ... on SummarizeVideoPayload { job { state } }
      }
    }`,
    { delayMs: maxDelayMs },
  );
  const delayed = { job: { state: 'DELAYED' } };
  expect(written).toEqual({ a: delayed, b: delayed });
});

test('all that is wrong is told at once', async () => {
  const told = async (input: object, options: object) => {
    const { issues } = await summarize(input, options);
    return issues.map(({ path }: { path: string[] }) => path.join('.'));
  };
  const key = { idempotencyKey: '' };
  const past = new Date(Date.now() - 1_000);
  const all = ['options.idempotencyKey', 'options.expiresAt'];
  expect(await told({}, { ...key, expiresAt: past })).toEqual(all);
  expect(await told({ maxFrames: 0, videoId: '' }, { ...key, expiresAt: past })).toEqual([
    'input.videoId',
    'input.maxFrames',
    ...all,
  ]);
  const early = { delayMs: 7_200_000, expiresAt: new Date(Date.now() + 3_600_000) };
  expect(await told({}, { ...key, ...early })).toEqual(all);
  // What a delay would be that is none, nobody knows.
  const delayed = { delayMs: -1, expiresAt: new Date(Date.now() + 3_600_000) };
  expect(await told({}, { ...key, ...delayed })).toEqual([
    'options.idempotencyKey',
    'options.delayMs',
  ]);
});

test('a job may expire at the end of the last year that can be written, and right after its delay', async () => {
  const last = '9999-12-31T23:59:59.000Z';
  expect(await summarize({}, { expiresAt: last })).toMatchObject({ job: { expiresAt: last } });
  const expiresAt = new Date(Date.now() + 3_600_000);
  const options = { delayMs: 3_590_000, expiresAt };
  expect(await summarize({}, options)).toMatchObject({ job: { state: 'DELAYED' } });
});
