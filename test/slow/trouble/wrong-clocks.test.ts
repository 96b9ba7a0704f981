import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import { defaultAnswer } from '../../environment/model-service/answers.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const minuteMs = 60_000;
const delayMs = 1_000;
/** The pause between two attempts. */
const pauseMs = 1_000;

let stack: TestStack;
let model: FakeModelService;
/** Its clock is ten minutes behind. */
let api: AppProcess;
let subjects: Subjects;

function workerEnv() {
  return { MODEL_SERVICE_URL: model.url, VIDEO_SUMMARIZATION_BACKOFF_MS: '10' };
}

function start(role: string, aheadMs: number): Promise<AppProcess> {
  const env = { ...stack.env, ...workerEnv() };
  return startAppProcess(role, env, { clockOffsetMs: aheadMs });
}

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  api = await start('api', -10 * minuteMs);
  subjects = await createSubjects(api.graphql);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

function begin(options: object = {}): Promise<Record<string, any>> {
  return startJob(api.graphql, 'summarizeVideo', subjects, options);
}

function becomes(id: string, state: string): Promise<Record<string, any>> {
  return eventually(async () => {
    const job = await readJob(api.graphql, id);
    expect(job).toMatchObject({ state });
    return job;
  });
}

/** Makes the next call of the model service fail, so that the job is retried after `pauseMs`. */
function failOnce(): void {
  let hasFailed = false;
  const busy = { status: 429, headers: { 'retry-after': String(pauseMs / 1_000) }, json: {} };
  model.answer('/api/summarize', ({ body }) => {
    const answer = hasFailed ? defaultAnswer('/api/summarize', { body }) : busy;
    hasFailed = true;
    return answer;
  });
}

/** Ends a worker while a job waits for its second attempt. */
async function leaveJob(worker: AppProcess): Promise<string> {
  failOnce();
  const { id } = await begin();
  await becomes(id, 'DELAYED');
  worker.kill('SIGTERM');
  await worker.ended;
  return id;
}

/** Expects two attempts, with a pause of at least `pauseMs`. */
function expectPause({ attempts }: Record<string, any>): void {
  const [first, second, ...others] = attempts;
  expect(others).toEqual([]);
  const pausedMs = Date.parse(second.startedAt) - Date.parse(first.finishedAt);
  expect(pausedMs).toBeGreaterThanOrEqual(pauseMs);
}

test('a worker that is 20 minutes ahead neither begins nor expires jobs early, and delays none for others', async () => {
  await using worker = await start('worker', 20 * minuteMs);
  const delayed = await begin({ delayMs });
  expect(delayed).toMatchObject({ state: 'DELAYED' });
  const dueAt = Date.parse(delayed['createdAt']) + delayMs;
  expect(Date.parse(delayed['nextAttemptAt'])).toBe(dueAt);
  const expiring = await begin({ expiresAt: new Date(Date.now() + 10 * minuteMs) });
  await becomes(expiring['id'], 'COMPLETED');
  const { startedAt } = await becomes(delayed['id'], 'COMPLETED');
  expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(dueAt);

  // By its own clock, the second attempt begins long after the job's deadline.
  failOnce();
  const failing = await begin();
  expectPause(await becomes(failing['id'], 'COMPLETED'));

  // The queue holds it for 20 minutes more.
  const left = await leaveJob(worker);
  await using _right = await startTestApp({ stack, role: 'worker', env: workerEnv() });
  expectPause(await becomes(left, 'COMPLETED'));
});

test('a job that a worker leaves that is 20 minutes behind is not begun early by another', async () => {
  const id = await leaveJob(await start('worker', -20 * minuteMs));
  await using _right = await startTestApp({ stack, role: 'worker', env: workerEnv() });
  expectPause(await becomes(id, 'COMPLETED'));
});

test('an API that is 10 minutes behind refuses past times, and creates ids of the right time', async () => {
  const expiresAt = new Date(Date.now() - minuteMs);
  const refusal = await api.graphql.request(
    `mutation ($input: SummarizeVideoInput!, $expiresAt: DateTime!) {
      summarizeVideo(input: $input, options: { expiresAt: $expiresAt }) {
        ... on ValidationError { issues { message } }
      }
    }`,
    { input: subjects, expiresAt },
  );
  expect(refusal).toEqual({ summarizeVideo: { issues: [{ message: 'Must be in the future.' }] } });

  const { id, createdAt } = await begin();
  const idTime = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  expect(Math.abs(idTime - Date.parse(createdAt))).toBeLessThan(minuteMs);
});
