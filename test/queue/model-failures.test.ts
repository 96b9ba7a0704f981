import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobErrorCode } from '../../src/errors.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import type {
  FakeAnswer,
  FakeCall,
  FakeHandler,
} from '../environment/model-service/send-answer.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { createGate } from '../environment/model-service/gate.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** What a careless service says of itself, none of which a client may read. */
const secret =
  'RuntimeError: CUDA out of memory at /opt/models/qwen.py, prompt "You are an expert"';
const echo = { type: 'value_error', loc: ['body', 'video_path'], msg: 'Bad /opt', input: secret };

const failedLine = (status: number) => ({ error: { status, detail: secret } });
const half = { progress: 0.5 };
const busy = { status: 429, headers: { 'retry-after': '0' }, json: { detail: secret } };

/** What the model service does, and the code that a client reads of it. */
type Case = [what: string, answer: FakeAnswer, code: JobErrorCode];

const hopeless: Case[] = [
  ['404', { status: 404, json: { detail: `No file: ${secret}` } }, 'INVALID_INPUT'],
  ['422', { status: 422, json: { detail: [echo] } }, 'INVALID_INPUT'],
  ['400', { status: 400, json: { detail: secret } }, 'MODEL_REJECTED'],
  ['403 in HTML', { status: 403, text: `<p>${secret}</p>` }, 'MODEL_REJECTED'],
  ['a line that says 422', { lines: [half, failedLine(422)] }, 'INVALID_INPUT'],
];

const worthAnother: Case[] = [
  ['500', { status: 500, json: { detail: secret } }, 'MODEL_UNAVAILABLE'],
  ['503 in HTML', { status: 503, text: `<p>${secret}</p>` }, 'MODEL_UNAVAILABLE'],
  ['404 of no such endpoint', { status: 404, json: { detail: 'Not Found' } }, 'MODEL_UNAVAILABLE'],
  ['429', busy, 'MODEL_RATE_LIMITED'],
  ['a connection that it breaks', 'refuse', 'MODEL_UNAVAILABLE'],
  ['garbage', { text: secret }, 'MODEL_BAD_RESPONSE'],
  ['the wrong shape', { json: { summary: [secret], confidence: 7 } }, 'MODEL_BAD_RESPONSE'],
  ['lines that break off', { lines: [half], cutOff: true }, 'MODEL_UNAVAILABLE'],
  ['lines without a result', { lines: [half] }, 'MODEL_BAD_RESPONSE'],
  ['a line that says 500', { lines: [half, failedLine(500)] }, 'MODEL_UNAVAILABLE'],
];

/** On one stack only: how a job fails is decided by the worker, which is the same on both. */
describe('a job', () => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  /** By video, so that all jobs of a `describe` run at once. */
  const answers = new Map<string, FakeHandler>();

  async function startAppWith(env: Record<string, string>): Promise<void> {
    app = await startTestApp({
      stack,
      env: {
        MEDIA_ROOT: '/videos',
        VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
        VIDEO_SUMMARIZATION_ATTEMPTS: '2',
        ...env,
      },
    });
  }

  beforeAll(async () => {
    stack = await createTestStack('external');
    model = await startFakeModelService();
    model.answer('/api/summarize', (call) => answers.get(videoOf(call))!(call));
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  /** Runs a job to its end, and counts the calls of the model service for it. */
  async function run(
    answer: FakeHandler,
  ): Promise<{ updates: Record<string, any>[]; final: any; calls: number }> {
    const subjects = await createSubjects(app.graphql, { path: `/videos/secret-${uuidv7()}.mp4` });
    answers.set(subjects.videoId, answer);
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    const updates = await followJob(app.graphql, 'sse', id);
    const calls = model.calls.filter((call) => videoOf(call) === subjects.videoId).length;
    return { updates, final: updates.at(-1), calls };
  }

  describe.concurrent('with a model service that answers', () => {
    beforeAll(() => startAppWith({ MODEL_SERVICE_URL: model.url }));
    afterAll(() => app[Symbol.asyncDispose]());

    test.each(hopeless)('%s ends the job at the first attempt', async (_what, answer, code) => {
      const { updates, final, calls } = await run(() => answer);
      const error = { code, retryable: false, attempt: 1 };
      expect(final).toMatchObject({ state: 'FAILED', attempt: 1, error, attempts: [{ error }] });
      expect(calls).toBe(1);
      expectClean(updates);
    });

    test.each(worthAnother)(
      '%s twice ends the job at the second attempt',
      async (_what, answer, code) => {
        const { updates, final, calls } = await run(() => answer);
        const [first, second] = [1, 2].map((attempt) => ({ code, retryable: true, attempt }));
        expect(final).toMatchObject({ state: 'FAILED', attempt: 2, error: second });
        expect(final.attempts).toMatchObject([{ error: first }, { error: second }]);
        expect(calls).toBe(2);
        expectClean(updates);
      },
    );

    test.each(worthAnother)(
      '%s once costs an attempt, not the job',
      async (_what, answer, code) => {
        const { updates, final } = await run(firstly(answer));
        expect(final).toMatchObject({ state: 'COMPLETED', attempt: 2, error: null, progress: 100 });
        expect(final.attempts).toMatchObject([{ error: { code, attempt: 1 } }, { error: null }]);
        expectClean(updates);
      },
    );

    /** This answer to the first call from now on, and the usual one to all others. */
    function firstly(answer: FakeAnswer): FakeHandler {
      let calls = 0;
      return (call) => (calls++ === 0 ? answer : defaultAnswer('/api/summarize', call));
    }
  });

  describe('with a model service that takes too long', () => {
    beforeAll(() => startAppWith({ MODEL_SERVICE_URL: model.url, MODEL_TIMEOUT_MS: '200' }));
    afterAll(() => app[Symbol.asyncDispose]());

    test.each([
      ['no answer at all', () => ({ lines: [createGate()] })],
      ['an answer without an end', () => ({ lines: [{ progress: 0.5 }, createGate()] })],
    ])(
      '%s ends the call at its deadline, and the job after its attempts',
      async (_what, answer) => {
        const { updates, final, calls } = await run(answer);
        const error = {
          code: 'MODEL_TIMEOUT',
          message: 'The model service did not answer within 0.2 s.',
        };
        expect(final).toMatchObject({ state: 'FAILED', attempt: 2, error });
        expect(calls).toBe(2);
        expectClean(updates);
      },
    );
  });

  describe('with no model service at its address', () => {
    beforeAll(async () => {
      const gone = await startFakeModelService();
      await gone[Symbol.asyncDispose]();
      await startAppWith({ MODEL_SERVICE_URL: gone.url });
    });
    afterAll(() => app[Symbol.asyncDispose]());

    test('a refused connection ends the job after its attempts', async () => {
      const { updates, final } = await run(() => 'refuse');
      const error = { code: 'MODEL_UNAVAILABLE', message: 'The model service is not reachable.' };
      expect(final).toMatchObject({ state: 'FAILED', attempt: 2, error });
      expectClean(updates);
    });
  });
});

function videoOf({ body }: Pick<FakeCall, 'body'>): string {
  return (body as { video_id: string }).video_id;
}

/** Progress falls only with a new attempt, and nothing of what the service said of itself comes through. */
function expectClean(updates: Record<string, any>[]): void {
  for (const [index, update] of updates.slice(1).entries()) {
    const before = updates[index]!;
    expect(update['version']).toBeGreaterThan(before['version']);
    expect(update['attempt']).toBeGreaterThanOrEqual(before['attempt']);
    if (update['attempt'] !== before['attempt']) continue;
    expect(update['progress']).toBeGreaterThanOrEqual(before['progress']);
  }
  expect(JSON.stringify(updates)).not.toMatch(
    /CUDA|RuntimeError|opt|prompt|secret|127\.0\.0\.1|<p>/,
  );
}
