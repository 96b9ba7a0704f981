import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from './environment/app.ts';
import type { TestApp, TestStack } from './environment/app.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import type { FakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, followJob, readJob, startJob } from './environment/jobs.ts';
import type { Subjects } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';

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
  ['a negative delay', { delayMs: -1 }, 'delayMs', 'negative'],
  ['an empty key', { idempotencyKey: '' }, 'idempotencyKey', 'empty'],
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;

  beforeAll(async () => {
    stack = await createTestStack(kind);
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

  test('a job that has not begun by its expiry is EXPIRED within two seconds, and never runs', async () => {
    await app.graphql.request(control('pauseQueue'));
    const expiresAt = new Date(Date.now() + 400);
    const job = await startJob(app.graphql, 'summarizeVideo', subjects, { expiresAt });
    const last = (await followJob(app.graphql, 'websocket', job['id'])).at(-1)!;
    await app.graphql.request(control('resumeQueue'));
    expect(last).toMatchObject({ state: 'EXPIRED', attempts: [], retryable: true });
    expect(Date.parse(last['completedAt'])).toBeLessThan(expiresAt.getTime() + 2_000);
    expect(await readJob(app.graphql, job['id'])).toEqual(last);
  });

  test.each(refused)('%s is refused, and nobody else', async (_what, options, path, message) => {
    const answers = await Promise.all([
      summarize({}, {}),
      summarize({}, options),
      summarize({}, {}),
    ]);
    const accepted = { __typename: 'SummarizeVideoPayload' };
    const refusal = {
      __typename: 'ValidationError',
      issues: [{ path: ['options', path], message: expect.stringContaining(message) }],
    };
    expect(answers).toMatchObject([accepted, refusal, accepted]);
  });

  test('a job may expire at the end of the last year that can be written, and right after its delay', async () => {
    const last = '9999-12-31T23:59:59.000Z';
    expect(await summarize({}, { expiresAt: last })).toMatchObject({ job: { expiresAt: last } });
    const expiresAt = new Date(Date.now() + 3_600_000);
    const options = { delayMs: 3_590_000, expiresAt };
    expect(await summarize({}, options)).toMatchObject({ job: { state: 'DELAYED' } });
  });
});
