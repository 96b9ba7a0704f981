import { expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { subscribeBy } from '../environment/clients/every-transport.ts';
import { eventually } from '../environment/eventually.ts';
import { batchFields, followBatch, listJobIds, readBatch } from '../environment/jobs/batches.ts';
import { delayed, useBatches } from '../environment/jobs/use-batches.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';

expectNoLeaks();

const own = useBatches('external');

test('jobs are called off and started over by their batch, and no others', async () => {
  const { batch } = await own.startJobs(3, delayed);
  const other = await own.startJobs(1, delayed);
  const filter = { batchId: batch.id };
  const call = async (name: string) =>
    (
      await own.graphql.request(
        `mutation ($filter: JobFilter) { ${name}(filter: $filter) { changed unchanged hasMore } }`,
        { filter },
      )
    )[name];
  expect(await call('cancelJobs')).toEqual({ changed: 3, unchanged: 0, hasMore: false });
  expect((await followBatch(own.graphql, 'sse', batch.id)).at(-1)).toMatchObject({
    state: 'CANCELED',
  });
  expect(await readBatch(own.graphql, other['batch'].id)).toMatchObject({ state: 'RUNNING' });
  const listed = await own.graphql.request(
    `query ($id: ID!, $filter: JobFilter, $other: ID!) {
        jobs(filter: $filter) { totalCount edges { node { batch { id } } } }
        jobCounts(filter: $filter) { state count }
        batch(id: $id) { jobs(filter: { states: [CANCELED] }) { totalCount } none: jobs(filter: { batchId: $other }) { totalCount } }
      }`,
    { id: batch.id, filter, other: other['batch'].id },
  );
  expect(listed).toEqual({
    jobs: { totalCount: 3, edges: [1, 2, 3].map(() => ({ node: { batch: { id: batch.id } } })) },
    jobCounts: [{ state: 'CANCELED', count: 3 }],
    batch: { jobs: { totalCount: 3 }, none: { totalCount: 0 } },
  });
});

test('a batch that failed runs again when its jobs do, and completes', async () => {
  own.model.answer('/api/summarize', { status: 422, json: { detail: 'no' } });
  const started = await own.startJobs(2);
  const { id } = started['batch'];
  const failed = (await followBatch(own.graphql, 'sse', id)).at(-1)!;
  expect(failed).toMatchObject({ state: 'FAILED', completedAt: expect.any(String) });
  own.model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
  const gate = own.model.hold('/api/summarize');
  await own.graphql.request(
    `mutation ($filter: JobFilter) { retryFailedJobs(filter: $filter) { changed } }`,
    { filter: { batchId: id } },
  );
  await eventually(async () =>
    expect(await readBatch(own.graphql, id)).toMatchObject({
      state: 'RUNNING',
      completedAt: null,
    }),
  );
  const rest = followBatch(own.graphql, 'websocket', id, failed['version']);
  gate.open();
  const versions = await rest;
  expect(versions[0]!['version']).toBeGreaterThan(failed['version']);
  expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
});

test('jobs of a list that is narrowed to a batch are sent as they change', async () => {
  const started = await own.startJobs(1, delayed);
  await own.startJobs(1, delayed);
  const [jobId] = listJobIds(started);
  const stream = await subscribeBy['server-sent events']!(
    own.app.url,
    {
      query: `subscription ($filter: JobFilter) { jobsUpdated(filter: $filter) { job { id state batch { ...BatchFields } } } } ${batchFields}`,
      variables: { filter: { batchId: started['batch'].id } },
    },
    own.headers,
  );
  const next = async () => (await stream.next()).data!['jobsUpdated'].job;
  expect(await next()).toMatchObject({ id: jobId, batch: { id: started['batch'].id } });
  expect(await next()).toBeNull();
  await own.graphql.request('mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', {
    id: jobId,
  });
  expect(await next()).toMatchObject({ id: jobId, state: 'CANCELED' });
  stream.close();
});
