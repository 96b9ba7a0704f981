import { describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, jobFields, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** Long after any test has ended. */
const retryAfterSeconds = 600;

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind, {
    env: {
      WORKER_NAME: 'worker-7',
      VIDEO_SUMMARIZATION_CONCURRENCY: '1',
    },
  });

  /** Starts a job on a video of its own, by which the model service knows it. */
  async function start(options: object = {}): Promise<{ id: string; videoId: string }> {
    const subjects = await createSubjects(app.graphql);
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects, options);
    return { id, videoId: subjects.videoId };
  }

  async function read(id: string): Promise<Record<string, any>> {
    const data = await app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ...JobFields durationMs } } ${jobFields}`,
      { id },
    );
    return data['job'];
  }

  function readOnce(id: string, state: string): Promise<Record<string, any>> {
    return eventually(async () => {
      const job = await read(id);
      expect(job['state']).toBe(state);
      return job;
    });
  }

  test('jobs that wait have positions by priority and age, and run in that order', async () => {
    const gate = model.hold('/api/summarize');
    const running = await start();
    await gate.reached();
    const low = await start({ priority: 'LOW' });
    const normal = await start();
    const normalToo = await start({ priority: 'NORMAL' });
    const high = await start({ priority: 'HIGH' });
    await readOnce(running.id, 'ACTIVE');
    const inOrder = [high, normal, normalToo, low];
    const waiting = await Promise.all(inOrder.map(({ id }) => read(id)));
    expect(waiting.map((job) => job['position'])).toEqual([1, 2, 3, 4]);
    expect(waiting.map((job) => job['priority'])).toEqual(['HIGH', 'NORMAL', 'NORMAL', 'LOW']);
    expect(await read(running.id)).toMatchObject({ position: null });

    gate.open();
    await Promise.all(inOrder.map(({ id }) => followJob(app.graphql, 'sse', id)));
    const called = model.calls.map(({ body }) => (body as { video_id: string }).video_id);
    expect(called).toEqual([running, ...inOrder].map(({ videoId }) => videoId));
  });

  test('a job that waits, runs and completes says so in every field', async () => {
    const gate = model.hold('/api/summarize');
    const blocking = await start({ priority: 'HIGH' });
    await gate.reached();
    const { id } = await start();
    const queued = await readOnce(id, 'QUEUED');
    expect(queued).toEqual({
      __typename: 'VideoSummarizationJob',
      id,
      type: 'VIDEO_SUMMARIZATION',
      state: 'QUEUED',
      version: 1,
      progress: 0,
      stage: null,
      attempt: 0,
      maxAttempts: 3,
      priority: 'NORMAL',
      position: 1,
      error: null,
      createdAt: expect.any(String),
      startedAt: null,
      completedAt: null,
      nextAttemptAt: null,
      expiresAt: null,
      durationMs: null,
      cancelable: true,
      retryable: false,
      attempts: [],
      logs: [],
    });

    gate.open();
    const next = model.hold('/api/summarize');
    await followJob(app.graphql, 'sse', blocking.id);
    await next.reached();
    const active = await readOnce(id, 'ACTIVE');
    const attempt = { number: 1, worker: 'worker-7', startedAt: active['startedAt'], error: null };
    expect(active).toMatchObject({ attempt: 1, position: null, error: null, completedAt: null });
    expect(active).toMatchObject({ cancelable: true, retryable: false, nextAttemptAt: null });
    expect(active['attempts']).toEqual([{ ...attempt, finishedAt: null }]);
    expect(active['version']).toBeGreaterThan(1);
    expect(active['durationMs']).toBeGreaterThanOrEqual(0);

    next.open();
    const completed = await readOnce(id, 'COMPLETED');
    expect(completed).toMatchObject({ progress: 100, stage: null, attempt: 1, position: null });
    expect(completed).toMatchObject({ cancelable: false, retryable: false, error: null });
    expect(completed).toMatchObject({ createdAt: queued['createdAt'], nextAttemptAt: null });
    expect(completed['attempts']).toEqual([{ ...attempt, finishedAt: completed['completedAt'] }]);
    const [startedAt, completedAt] = [completed['startedAt'], completed['completedAt']];
    expect(startedAt).toBe(active['startedAt']);
    expect(completed['durationMs']).toBe(Date.parse(completedAt) - Date.parse(startedAt));
  });

  test('a job that is to be tried again says when, and why it failed', async () => {
    const headers = { 'retry-after': String(retryAfterSeconds) };
    model.answer('/api/summarize', { status: 429, headers, json: { detail: 'busy' } });
    const submittedAt = Date.now();
    const { id } = await start();
    const delayed = await readOnce(id, 'DELAYED');
    const error = {
      code: 'MODEL_RATE_LIMITED',
      message: 'The model service is overloaded (429).',
      retryable: true,
      attempt: 1,
    };
    expect(delayed).toMatchObject({ attempt: 1, error, stage: null, position: null });
    expect(delayed).toMatchObject({ cancelable: true, retryable: false, completedAt: null });
    expect(delayed['attempts']).toMatchObject([{ number: 1, worker: 'worker-7', error }]);
    expect(delayed['attempts'][0].finishedAt).not.toBeNull();
    const nextAttemptAt = Date.parse(delayed['nextAttemptAt']);
    expect(nextAttemptAt).toBeGreaterThanOrEqual(submittedAt + retryAfterSeconds * 1_000);
    expect(nextAttemptAt).toBeLessThanOrEqual(Date.now() + retryAfterSeconds * 1_000);
  });

  test('a job that failed for good says why, and may be started over', async () => {
    model.answer('/api/summarize', { status: 400, json: { detail: 'no' } });
    const { id } = await start();
    const failed = await readOnce(id, 'FAILED');
    const error = {
      code: 'MODEL_REJECTED',
      message: 'The model service refused the request (400): no.',
      retryable: false,
      attempt: 1,
    };
    expect(failed).toMatchObject({ attempt: 1, error, stage: null, position: null });
    expect(failed).toMatchObject({ cancelable: false, retryable: true, nextAttemptAt: null });
    expect(failed['attempts']).toMatchObject([{ finishedAt: failed['completedAt'], error }]);
    expect(failed['progress']).toBeLessThan(100);
  });
});
