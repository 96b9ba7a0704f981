import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const summary = { id: 'x', video_id: 'v', persona_id: 'p', summary: 'Fine.', confidence: 0.9 };

/** Messages to workers are lost here, so that only the rows decide, and both orders of each race can be forced. */
describe.each(stackKinds)('without messages to workers, on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({
      stack,
      env: {
        MODEL_SERVICE_URL: model.url,
        VIDEO_SUMMARIZATION_CONCURRENCY: '1',
        VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
      },
      overrides: {
        wrapBroker: (broker) => ({
          ...broker,
          publish: (channels, job) =>
            channels[0].name === 'cancel' ? Promise.resolve() : broker.publish(channels, job),
        }),
      },
    });
    subjects = await createSubjects(app.graphql);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  async function intervene(mutation: 'cancelJob' | 'retryJob', id: string) {
    const outcome = mutation === 'cancelJob' ? '... on CancelJobPayload { outcome }' : '';
    const query = `mutation ($id: ID!) { ${mutation}(id: $id) { __typename ${outcome} } }`;
    return (await app.graphql.request(query, { id }))[mutation];
  }

  async function startHeld(options = {}) {
    const gate = model.hold('/api/summarize');
    const job = await startJob(app.graphql, 'summarizeVideo', subjects, options);
    await gate.reached();
    return { id: String(job['id']), gate };
  }

  async function follow(id: string) {
    return (await followJob(app.graphql, 'sse', id)).at(-1)!;
  }

  test('a job that finishes before its worker reads the cancel stays COMPLETED', async () => {
    model.answer('/api/summarize', { json: summary });
    const { id, gate } = await startHeld();
    expect(await intervene('cancelJob', id)).toMatchObject({ outcome: 'REQUESTED' });
    gate.open();
    expect(await follow(id)).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(await intervene('cancelJob', id)).toMatchObject({ outcome: 'ALREADY_FINISHED' });
  });

  test('an attempt that fails after the cancel is the last: CANCELED', async () => {
    model.answer('/api/summarize', { status: 500, json: { detail: 'no' } });
    const { id, gate } = await startHeld();
    const calls = model.calls.length;
    await intervene('cancelJob', id);
    gate.open();
    expect(await follow(id)).toMatchObject({ state: 'CANCELED', attempt: 1 });
    model.answer('/api/summarize', { json: summary });
    const next = await startJob(app.graphql, 'summarizeVideo', subjects);
    expect(await follow(String(next['id']))).toMatchObject({ state: 'COMPLETED' });
    expect(model.calls.length).toBe(calls + 1);
  });

  test('a worker finds a cancel by itself, and a retry meanwhile is refused', async () => {
    const { id, gate } = await startHeld();
    const call = model.calls.at(-1)!;
    await intervene('cancelJob', id);
    expect(await intervene('retryJob', id)).toMatchObject({ __typename: 'ConflictError' });
    await eventually(() => expect(call.aborted).toBe(true));
    expect(await follow(id)).toMatchObject({ state: 'CANCELED' });
    model.answer('/api/summarize', { json: summary });
    gate.open();
    expect(await intervene('retryJob', id)).toMatchObject({ __typename: 'RetryJobPayload' });
    expect(await follow(id)).toMatchObject({ state: 'COMPLETED', attempt: 2 });
  });

  test('of twenty who cancel a waiting job at once, one cancels it', async () => {
    const running = await startHeld();
    const waiting = await startJob(app.graphql, 'summarizeVideo', subjects);
    const id = String(waiting['id']);
    const answers = await Promise.all(Array.from({ length: 20 }, () => intervene('cancelJob', id)));
    const outcomes = answers.map(({ outcome }) => outcome as string);
    expect(outcomes.filter((outcome) => outcome === 'CANCELED')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'ALREADY_FINISHED')).toHaveLength(19);
    expect(await readJob(app.graphql, id)).toMatchObject({ state: 'CANCELED', version: 2 });
    running.gate.open();
    expect(await follow(running.id)).toMatchObject({ state: 'COMPLETED' });
  });

  test('a job that has begun before its expiry runs to its end', async () => {
    const expiresAt = new Date(Date.now() + 2_000);
    const { id, gate } = await startHeld({ expiresAt });
    const other = await startJob(app.graphql, 'summarizeVideo', subjects, { expiresAt });
    // The sweep that expires the other one has seen this one as well.
    expect(await follow(String(other['id']))).toMatchObject({ state: 'EXPIRED', attempts: [] });
    gate.open();
    expect(await follow(id)).toMatchObject({ state: 'COMPLETED' });
  });
});
