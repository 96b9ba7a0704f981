import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, getUpdate, startJob, watchJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let api: TestApp;

beforeAll(async () => {
  model = await startFakeModelService();
  stack = await createTestStack('external');
  api = await startTestApp({ stack, role: 'api', env: { MODEL_SERVICE_URL: model.url } });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

test('a worker that is killed, or stands still, loses its job to another, and has no effect on it', async () => {
  const startWorker = (name: string) =>
    startAppProcess('worker', { ...stack.env, MODEL_SERVICE_URL: model.url, WORKER_NAME: name });
  await using first = await startWorker('first');
  const gate = model.hold('/api/summarize');
  const job = await startJob(api.graphql, 'summarizeVideo', await createSubjects(api.graphql));
  await gate.reached();
  const updates = watchJob(api.graphql, 'sse', job['id']);
  const untilAttempt = async (attempt: number) => {
    for (;;) {
      const { value, done } = await updates.next();
      if (done) throw new Error(`ended before attempt ${attempt}`);
      const update = getUpdate(value);
      if (update['attempt'] >= attempt) return update;
    }
  };
  await using second = await startWorker('second');
  first.kill('SIGKILL');
  await untilAttempt(2);

  await eventually(() => expect(model.calls).toHaveLength(2));
  await using third = await startWorker('third');
  second.kill('SIGSTOP');
  await untilAttempt(3);
  await eventually(() => expect(model.calls).toHaveLength(3));
  expect(model.calls[1]!.aborted).toBe(false);
  second.kill('SIGCONT');
  await eventually(() => expect(model.calls[1]!.aborted).toBe(true));
  await eventually(() => expect(second.output).toContain('job lost'));

  gate.open();
  let last = await untilAttempt(3);
  for await (const update of updates) last = getUpdate(update);
  expect(last).toMatchObject({
    state: 'COMPLETED',
    // One more than usual: the second worker's attempt is not charged, as it came back.
    maxAttempts: 4,
    attempts: [
      { worker: 'first', error: { code: 'STALLED' } },
      { worker: 'second', error: { code: 'STALLED' } },
      { worker: 'third', error: null },
    ],
  });
  expect(third.output).not.toContain('attempt failed');
}, 60_000);
