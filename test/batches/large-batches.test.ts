import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts, signIn } from '../environment/access/credentials.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { eventually } from '../environment/eventually.ts';
import { readBatch, startBatch } from '../environment/jobs/batches.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const most = 500;

const disposables = new AsyncDisposableStack();
let model: FakeModelService;
let app: TestApp;
let ann: GraphQLClient;
let ben: GraphQLClient;

beforeAll(async () => {
  const stack = disposables.use(await createTestStack('external'));
  model = disposables.use(await startFakeModelService());
  const env = {
    ...accounts,
    JOBS_PER_MINUTE: '',
    UNFINISHED_JOBS: '',
    MODEL_SERVICE_URL: model.url,
    VIDEO_SUMMARIZATION_CONCURRENCY: '1',
    VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0',
  };
  app = disposables.use(await startTestApp({ stack, env }));
  ann = createGraphQLClient(app.url, await signIn('ann'));
  ben = createGraphQLClient(app.url, await signIn('ben'));
});

afterAll(() => disposables.disposeAsync());

test('with the limits as they are, one call starts 500 jobs, and another’s single job does not wait for them', async () => {
  const subjects = await createSubjects(ann);
  const jobs = Array.from({ length: most }, () => ({ summarizeVideo: subjects }));
  const { batch } = await startBatch(ann, { name: 'Everything', jobs });
  expect(batch).toMatchObject({
    state: 'RUNNING',
    counts: [{ state: 'QUEUED', count: most }],
    jobs: { totalCount: most },
  });
  await eventually(async () => {
    const { counts } = (await readBatch(ann, batch.id))!;
    expect(counts).toContainEqual({ state: 'COMPLETED', count: expect.any(Number) });
  });
  const { id } = await startJob(ben, 'summarizeVideo', await createSubjects(ben, { id: 'bens' }));
  expect((await followJob(ben, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
  const { counts } = (await readBatch(ann, batch.id))!;
  const { count } = counts.find(({ state }: { state: string }) => state === 'QUEUED');
  expect(count).toBeGreaterThan(most / 2);

  const { cancelJobs } = await ann.request(
    'mutation ($filter: JobFilter) { cancelJobs(filter: $filter) { changed hasMore } }',
    { filter: { batchId: batch.id } },
  );
  expect(cancelJobs).toEqual({ changed: expect.any(Number), hasMore: true });
});

test('an input that no batch needs is refused before it is read', async () => {
  const summaryIds = Array.from({ length: 10 }, () => 'x'.repeat(128));
  const jobs = Array.from({ length: most }, () => ({ synthesizeClaims: { summaryIds } }));
  const query = 'mutation ($input: StartBatchInput!) { startBatch(input: $input) { __typename } }';
  const refused = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await signIn('ann')}`,
    },
    body: JSON.stringify({ query, variables: { input: { jobs } } }),
  });
  expect(refused.status).toBe(413);
  const { errors } = await ann.send(query, { input: { jobs: jobs.slice(0, 190) } });
  expect(errors).toMatchObject([
    {
      message: 'The variables are too large: at most 250000 bytes.',
      extensions: { code: 'VARIABLES_TOO_LARGE' },
    },
  ]);
});
