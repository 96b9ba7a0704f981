import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts, signIn } from '../environment/access/credentials.ts';
import { createTestStack } from '../environment/app/app.ts';
import { startAppWithDatabase } from '../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { startBatch } from '../environment/jobs/batches.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const disposables = new AsyncDisposableStack();
let app: AppWithDatabase;
let graphql: GraphQLClient;
let subjects: Subjects;

beforeAll(async () => {
  const stack = disposables.use(await createTestStack('external'));
  const model = disposables.use(await startFakeModelService());
  model.hold('/api/summarize');
  const limits = { JOBS_PER_MINUTE: '10', UNFINISHED_JOBS: '15' };
  const env = { ...accounts, ...limits, MODEL_SERVICE_URL: model.url };
  app = disposables.use(await startAppWithDatabase(stack, env));
  graphql = createGraphQLClient(app.url, await signIn('ann'));
  subjects = await createSubjects(graphql);
});

afterAll(() => disposables.disposeAsync());

async function countRows(): Promise<number[]> {
  const jobs = await app.db.selectFrom('job').select('id').execute();
  const batches = await app.db.selectFrom('batch').select('id').execute();
  return [jobs.length, batches.length];
}

async function expectRefused(input: object, refusal: object, options = {}): Promise<void> {
  const before = await countRows();
  expect(await startBatch(graphql, input, options)).toMatchObject(refusal);
  expect(await countRows()).toEqual(before);
}

test('an input is refused with all that is wrong, and where', async () => {
  const good = { summarizeVideo: subjects };
  await expectRefused(
    {
      name: ' ',
      jobs: [
        good,
        { summarizeVideo: { ...subjects, maxFrames: 1_000 } },
        good,
        { extractClaims: { summaryId: '', minConfidence: 7 } },
        { analyzeVideo: { ...subjects, maxClaims: 0 } },
      ],
    },
    {
      __typename: 'ValidationError',
      issues: [
        { path: ['input', 'name'], message: 'Must not be empty.' },
        { path: ['input', 'jobs', '1', 'summarizeVideo', 'maxFrames'] },
        { path: ['input', 'jobs', '3', 'extractClaims', 'summaryId'] },
        { path: ['input', 'jobs', '3', 'extractClaims', 'minConfidence'] },
        { path: ['input', 'jobs', '4', 'analyzeVideo', 'maxClaims'] },
        { path: ['options', 'delayMs'] },
      ],
    },
    { delayMs: -1 },
  );
});

test.each([
  [0, 'Must not be empty.'],
  [501, 'Must have at most 500 elements.'],
])('%i jobs are refused', async (count, message) => {
  const { videoId } = subjects;
  const jobs = Array.from({ length: count }, () => ({ transcribeVideo: { videoId } }));
  await expectRefused({ jobs }, { issues: [{ path: ['input', 'jobs'], message }] });
});

test('an element that is not exactly one job is refused', async () => {
  const { videoId } = subjects;
  for (const job of [{}, { summarizeVideo: subjects, transcribeVideo: { videoId } }]) {
    const { errors, data } = await graphql.send(
      'mutation ($input: StartBatchInput!) { startBatch(input: $input) { __typename } }',
      { input: { jobs: [{ summarizeVideo: subjects }, job] } },
    );
    expect(data).toBeUndefined();
    expect(errors![0]!.message).toMatch(/at "input\.jobs\[1\]"; Exactly one key must be specified/);
  }
});

test('what is not there, or another’s, is named with its place, and nothing is stored', async () => {
  const ben = createGraphQLClient(app.url, await signIn('ben'));
  const others = await createSubjects(ben, { id: 'video-of-ben' });
  for (const [mutation, field, kind, id] of [
    ['summarizeVideo', 'videoId', 'video', others.videoId],
    ['summarizeVideo', 'personaId', 'persona', others.personaId],
    ['analyzeVideo', 'videoId', 'video', randomUUID()],
  ] as const) {
    await expectRefused(
      { jobs: [{ summarizeVideo: subjects }, { [mutation]: { ...subjects, [field]: id } }] },
      { __typename: 'NotFoundError', kind, id, path: ['input', 'jobs', '1', mutation, field] },
    );
  }
  const summaryIds = [randomUUID()];
  await expectRefused(
    { jobs: [{ synthesizeClaims: { summaryIds } }] },
    { path: ['input', 'jobs', '0', 'synthesizeClaims', 'summaryIds', '0'] },
  );
  await expectRefused(
    { jobs: [{ summarizeVideo: subjects }] },
    { __typename: 'NotFoundError', kind: 'job', path: ['options', 'basedOn'] },
    { basedOn: randomUUID() },
  );
});

test('each job counts, and a batch beyond a limit takes nothing from it', async () => {
  const toInput = (count: number) => ({
    jobs: Array.from({ length: count }, () => ({ summarizeVideo: subjects })),
  });
  await expectRefused(toInput(11), {
    __typename: 'RateLimitedError',
    message: 'At most 10 jobs a minute.',
  });
  // Three of these are of one pipeline.
  await expectRefused(
    { jobs: [...toInput(8).jobs, { analyzeVideo: subjects }] },
    { __typename: 'RateLimitedError' },
  );
  // What has been refused for another reason is given back.
  const missing = { summarizeVideo: { ...subjects, videoId: randomUUID() } };
  await expectRefused({ jobs: [...toInput(9).jobs, missing] }, { __typename: 'NotFoundError' });
  expect(await startBatch(graphql, toInput(10))).toMatchObject({ created: true });
  await expectRefused(toInput(1), { __typename: 'RateLimitedError' });
});
