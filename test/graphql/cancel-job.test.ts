import { beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const cancelMutation = `mutation ($id: ID!) {
  cancelJob(id: $id) { __typename ... on CancelJobPayload { outcome job { state version cancelRequestedAt } } ... on Error { message } }
}`;
const retryMutation = `mutation ($id: ID!) {
  retryJob(id: $id) { __typename ... on RetryJobPayload { job { state version attempt maxAttempts error { code } } } ... on Error { message } }
}`;

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind, {
    env: {
      VIDEO_SUMMARIZATION_CONCURRENCY: '1',
      VIDEO_SUMMARIZATION_BACKOFF_MS: '60000',
    },
  });
  let subjects: Subjects;

  beforeAll(async () => {
    subjects = await createSubjects(app.graphql);
  });

  async function cancel(id: unknown) {
    return (await app.graphql.request(cancelMutation, { id }))['cancelJob'];
  }

  async function retry(id: unknown) {
    return (await app.graphql.request(retryMutation, { id }))['retryJob'];
  }

  test('a job that runs is stopped: its model call is aborted, and it ends CANCELED', async () => {
    const gate = model.hold('/api/summarize');
    const callsBefore = model.calls.length;
    const job = await startJob(app.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    const versions = followJob(app.graphql, 'sse', job['id']);
    // The work begins before the row says so.
    await eventually(async () => {
      expect(await readJob(app.graphql, job['id'])).toMatchObject({ state: 'ACTIVE' });
    });
    const requested = await cancel(job['id']);
    expect(requested).toMatchObject({ outcome: 'REQUESTED', job: { state: 'ACTIVE' } });
    expect(Date.parse(requested.job.cancelRequestedAt)).not.toBeNaN();
    await eventually(() => expect(model.calls[callsBefore]).toMatchObject({ aborted: true }));
    expect((await versions).at(-1)).toMatchObject({
      state: 'CANCELED',
      cancelable: false,
      retryable: true,
    });
    expect(await cancel(job['id'])).toMatchObject({ outcome: 'ALREADY_FINISHED' });
    gate.open();
  });

  test('a job that waits is canceled at once, and its worker skips it', async () => {
    const gate = model.hold('/api/summarize');
    const running = await startJob(app.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    const waiting = await startJob(app.graphql, 'summarizeVideo', subjects);
    const callsBefore = model.calls.length;
    expect(await cancel(waiting['id'])).toMatchObject({
      outcome: 'CANCELED',
      job: { state: 'CANCELED' },
    });
    gate.open();
    expect((await followJob(app.graphql, 'sse', running['id'])).at(-1)).toMatchObject({
      state: 'COMPLETED',
    });
    const next = await startJob(app.graphql, 'summarizeVideo', subjects);
    expect((await followJob(app.graphql, 'sse', next['id'])).at(-1)).toMatchObject({
      state: 'COMPLETED',
    });
    expect(model.calls.length).toBe(callsBefore + 1);
    expect(await readJob(app.graphql, waiting['id'])).toMatchObject({
      state: 'CANCELED',
      attempts: [],
    });
  });

  test('a job that waits for its next attempt is canceled, and can be started over', async () => {
    model.answer('/api/summarize', { status: 500, json: { detail: 'no' } });
    const job = await startJob(app.graphql, 'summarizeVideo', subjects);
    await eventually(async () =>
      expect(await readJob(app.graphql, job['id'])).toMatchObject({
        state: 'DELAYED',
        error: { code: 'MODEL_UNAVAILABLE', attempt: 1 },
      }),
    );
    expect(await retry(job['id'])).toMatchObject({ __typename: 'ConflictError' });
    expect(await cancel(job['id'])).toMatchObject({ outcome: 'CANCELED' });
    model.answer('/api/summarize', { status: 404, json: { detail: 'gone' } });
    expect(await retry(job['id'])).toMatchObject({
      job: { state: 'QUEUED', attempt: 1, maxAttempts: 4, error: null },
    });
    const [last] = (await followJob(app.graphql, 'websocket', job['id'])).slice(-1);
    expect(last).toMatchObject({
      state: 'FAILED',
      attempt: 2,
      error: { code: 'INVALID_INPUT', attempt: 2 },
      attempts: [
        { number: 1, error: { code: 'MODEL_UNAVAILABLE' } },
        { number: 2, error: { code: 'INVALID_INPUT' } },
      ],
    });
    expect(last!['version']).toBeGreaterThan(job['version']);
  });
});
