import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { eventually } from '../environment/eventually.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, readJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const analyze = `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
  analyzeVideo(input: $input, options: $options) {
    __typename
    ... on AnalyzeVideoPayload { created pipeline { id jobs { id type state position pipeline { id jobs { id } } } } }
    ... on Error { message }
  }
}`;

/** The stacks wait at the same time, and each runs its tests one after the other. */
const inTurn = { concurrent: false };

describe.concurrent.each(stackKinds)('on the %s stack', (kind) => {
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

  async function start(options: object = {}) {
    const data = await app.graphql.request(analyze, { input: subjects, options });
    const { pipeline, created } = data['analyzeVideo'];
    return {
      pipeline,
      created,
      ids: pipeline.jobs.map(({ id }: { id: string }) => id) as string[],
    };
  }

  test('one call runs three jobs that know each other, one after the other', inTurn, async () => {
    const { pipeline, ids } = await start();
    expect(pipeline.jobs.map(({ type }: { type: string }) => type)).toEqual([
      'VIDEO_SUMMARIZATION',
      'CLAIM_EXTRACTION',
      'CLAIM_SYNTHESIS',
    ]);
    for (const job of pipeline.jobs) expect(job.pipeline.jobs).toEqual(ids.map((id) => ({ id })));
    const ends = await Promise.all(ids.map((id) => followJob(app.graphql, 'sse', id)));
    const [first, second, third] = ends.map((versions) => versions.at(-1)!);
    const completed = { state: 'COMPLETED' };
    expect([first, second, third]).toMatchObject([completed, completed, completed]);
    expect(Date.parse(second!['startedAt'])).toBeGreaterThanOrEqual(
      Date.parse(first!['completedAt']),
    );
    expect(Date.parse(third!['startedAt'])).toBeGreaterThanOrEqual(
      Date.parse(second!['completedAt']),
    );
  });

  test(
    'a pipeline with a delay begins when that is over, and goes on to its end',
    inTurn,
    async () => {
      const delayMs = 700;
      const { pipeline, ids } = await start({ delayMs });
      const states = pipeline.jobs.map(({ state }: { state: string }) => state);
      expect(states).toEqual(['DELAYED', 'QUEUED', 'QUEUED']);
      const last = (await followJob(app.graphql, 'sse', ids[2]!)).at(-1);
      expect(last).toMatchObject({ state: 'COMPLETED' });
      const { createdAt, startedAt } = await readJob(app.graphql, ids[0]!);
      expect(Date.parse(startedAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(delayMs);
    },
  );

  test('a failure cancels the rest, and a retry goes on with it', inTurn, async () => {
    model.answer('/api/extract-claims', { status: 404, json: { detail: 'gone' } });
    const { ids } = await start();
    const last = (await followJob(app.graphql, 'sse', ids[2]!)).at(-1);
    expect(last).toMatchObject({
      state: 'CANCELED',
      error: { code: 'PREDECESSOR_FAILED' },
      attempts: [],
    });
    const blocked = await app.graphql.request(
      `mutation ($id: ID!) { retryJob(id: $id) { __typename ... on Error { message } } }`,
      { id: ids[2] },
    );
    expect(blocked['retryJob'].__typename).toBe('ConflictError');

    model.answer('/api/extract-claims', ({ body }) => ({
      json: {
        summary_id: (body as { summary_id: string }).summary_id,
        claims: [{ text: 'A claim.', confidence: 0.9 }],
        model_used: 'fake',
        processing_time: 0.1,
      },
    }));
    await app.graphql.request(`mutation ($id: ID!) { retryJob(id: $id) { __typename } }`, {
      id: ids[1],
    });
    const ends = await Promise.all(ids.map((id) => followJob(app.graphql, 'websocket', id)));
    expect(ends.map((versions) => versions.at(-1))).toMatchObject(
      ids.map(() => ({ state: 'COMPLETED', error: null })),
    );
  });

  test(
    'a summary that says nothing ends the pipeline, and no claims are asked for',
    inTurn,
    async () => {
      model.answer('/api/summarize', (call) => ({
        json: { ...defaultAnswer('/api/summarize', call).json, summary: ' \u200b\n' },
      }));
      const calls = model.calls.length;
      const { ids } = await start();
      const last = (await followJob(app.graphql, 'sse', ids[2]!)).at(-1);
      expect(last).toMatchObject({ state: 'CANCELED', error: { code: 'PREDECESSOR_FAILED' } });
      const [first, second] = await Promise.all(ids.map((id) => readJob(app.graphql, id)));
      expect(first).toMatchObject({ state: 'COMPLETED', logs: [{ level: 'WARN' }] });
      const message = 'The summary has no text, so there are no claims to extract.';
      expect(second).toMatchObject({
        state: 'FAILED',
        error: { code: 'INVALID_INPUT', message, attempt: 1 },
      });
      expect(model.calls.slice(calls).map(({ path }) => path)).toEqual(['/api/summarize']);
      model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
    },
  );

  test('canceling the first job cancels those that wait for it', inTurn, async () => {
    const gate = model.hold('/api/summarize');
    const { ids } = await start();
    await gate.reached();
    await app.graphql.request(`mutation ($id: ID!) { cancelJob(id: $id) { __typename } }`, {
      id: ids[0],
    });
    await eventually(async () => {
      const jobs = await Promise.all(ids.map((id) => readJob(app.graphql, id)));
      expect(jobs).toMatchObject(ids.map(() => ({ state: 'CANCELED' })));
    });
    gate.open();
  });

  test('the same key brings back the same pipeline', inTurn, async () => {
    const first = await start({ idempotencyKey: 'once' });
    const again = await start({ idempotencyKey: 'once' });
    expect(again).toEqual({
      ...first,
      created: false,
      pipeline: expect.objectContaining({ id: first.pipeline.id }),
    });
    await Promise.all(first.ids.map((id) => followJob(app.graphql, 'sse', id)));
  });
});
