import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startDurablePostgres } from '../../environment/programs/postgres.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url, CLAIM_EXTRACTION_DEADLINE_MS: '300' };
  app = await startTestApp({ stack, env });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

test('a log keeps a thousand lines of a job, of up to 500 characters, and says that it is full', async () => {
  const lines = Array.from({ length: 1_200 }, (_, index) => ({
    log: { level: 'info' as const, message: `${index} ${'x'.repeat(600)}` },
  }));
  const result = { id: 'x', video_id: 'v', persona_id: 'p', summary: 'Fine.', confidence: 0.9 };
  model.answer('/api/summarize', { lines: [...lines, { result }] });
  const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  await followJob(app.graphql, 'sse', job['id']);
  const read = async (after: number) => {
    const data = await app.graphql.request(
      'query ($id: ID!, $after: Int!) { job(id: $id) { logs(after: $after, first: 1000) { sequence message } } }',
      { id: job['id'], after },
    );
    return data['job'].logs as { sequence: number; message: string }[];
  };
  const kept = [...(await read(0)), ...(await read(1_000))];
  expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, index) => index + 1));
  expect(kept).toHaveLength(1_001);
  expect(Math.max(...kept.map(({ message }) => message.length))).toBe(500);
  expect(kept.at(-1)!.message).toMatch(/log is full/);
});

test('a job past its deadline is aborted, and FAILED for that', async () => {
  model.answer('/api/summarize', {
    json: { id: 'x', video_id: 'v', persona_id: 'p', summary: 'Fine. Very.', confidence: 0.9 },
  });
  const summaryJob = await startJob(
    app.graphql,
    'summarizeVideo',
    await createSubjects(app.graphql),
  );
  await followJob(app.graphql, 'sse', summaryJob['id']);
  const data = await app.graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
    { id: summaryJob['id'] },
  );
  const gate = model.hold('/api/extract-claims');
  const job = await startJob(app.graphql, 'extractClaims', { summaryId: data['job'].result.id });
  const last = (await followJob(app.graphql, 'websocket', job['id'])).at(-1);
  expect(last).toMatchObject({ state: 'FAILED', error: { code: 'DEADLINE_EXCEEDED' }, attempt: 1 });
  await eventually(() => expect(model.calls.at(-1)).toMatchObject({ aborted: true }));
  gate.open();
});

test('while PostgreSQL is down, a mutation says so, and leaves nothing half done', async () => {
  await using postgres = await startDurablePostgres();
  await using own = await createTestStack('external');
  const env = {
    DATABASE_URL: postgres.url,
    MODEL_SERVICE_URL: model.url,
    MIGRATE_ON_START: 'true',
  };
  await using api = await startTestApp({ stack: own, env, role: 'api' });
  const subjects = await createSubjects(api.graphql);
  const submit = `mutation ($input: SummarizeVideoInput!) { summarizeVideo(input: $input) { __typename } }`;
  await postgres.crash();
  const { errors } = await api.graphql.send(submit, { input: subjects });
  expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  await postgres.start();
  await eventually(async () => {
    const data = await api.graphql.request('{ jobs { edges { node { id } } } }');
    expect(data['jobs'].edges).toEqual([]);
  });
  expect((await api.graphql.send(submit, { input: subjects })).errors).toBeUndefined();
});
