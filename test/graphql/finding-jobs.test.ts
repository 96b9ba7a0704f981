import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';

expectNoLeaks();

const error = (message: string, code = 'MODEL_TIMEOUT') =>
  JSON.stringify({ code, message, retryable: true, attempt: 1 });

const server = useApiServer('external');
/** By what it is. */
const ids: Record<string, string> = {};
let subjects: { videoId: string; personaId: string };

beforeAll(async () => {
  const { db } = server.stack;
  subjects = await createSubjects(server.graphql, { path: 'found.mp4' });
  const options = { tags: ['urgent', 'harbour', 'urgent'] };
  ids['tagged'] = (await startJob(server.graphql, 'summarizeVideo', subjects, options))['id'];
  const failures = [
    error('No answer within 3 s from "one.mp4".'),
    error('No answer within 12 s from "two.mp4".'),
    error('No such place.', 'MODEL_REJECTED'),
  ];
  for (const [index, failure] of failures.entries()) {
    const { id } = await insertTestJob(db);
    ids[`failed${index}`] = id;
    const finishedAt = sql<Date>`now()`;
    const change = { state: 'FAILED', error: failure, finishedAt } as const;
    await db.updateTable('job').set(change).where('id', '=', id).execute();
  }
  ids['old'] = (await insertTestJob(db)).id;
  const oldId = '016f5e66-e800-7000-8000-000000000000';
  await sql`update job set created_at = '2020-01-01', id = ${oldId} where id = ${ids['old']}`.execute(
    db,
  );
  ids['old'] = oldId;
});

async function find(filter: object | null): Promise<{ names: string[]; totalCount: number }> {
  const { jobs } = await server.graphql.request(
    'query ($filter: JobFilter) { jobs(filter: $filter) { totalCount edges { node { id } } } }',
    { filter },
  );
  const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const names = jobs.edges.map(({ node }: { node: { id: string } }) => byId.get(node.id)!);
  return { names: names.toSorted(), totalCount: jobs.totalCount };
}

const now = new Date().toISOString();
const failed = ['failed0', 'failed1', 'failed2'];
test.each([
  ['tags', () => ({ tags: ['harbour', 'urgent'] }), ['tagged']],
  ['a tag that it does not have', () => ({ tags: ['urgent', 'other'] }), []],
  ['no tags', () => ({ tags: [], ids: [ids['old']] }), ['old']],
  ['ids', () => ({ ids: [ids['old'], ids['tagged'], randomUUID(), 'none'] }), ['old', 'tagged']],
  ['no ids', () => ({ ids: [] }), []],
  ['a code', () => ({ errorCodes: ['MODEL_REJECTED'] }), ['failed2']],
  ['codes', () => ({ errorCodes: ['MODEL_REJECTED', 'MODEL_TIMEOUT'] }), failed],
  ['a persona', () => ({ personaId: subjects.personaId }), ['tagged']],
  ['videos', () => ({ videoIds: [subjects.videoId, 'none'] }), ['tagged']],
  ['videos and a video', () => ({ videoIds: [subjects.videoId], videoId: 'none' }), []],
  ['no pipeline', () => ({ pipelineId: 'none' }), []],
  ['a time before', () => ({ createdBefore: '2021-01-01T00:00:00Z' }), ['old']],
  [
    'a time after',
    () => ({ createdAfter: '2021-01-01T00:00:00Z', states: ['QUEUED'] }),
    ['tagged'],
  ],
  ['a time to come', () => ({ createdAfter: '2999-01-01T00:00:00Z' }), []],
  ['all of it', () => ({ createdBefore: now, tags: ['urgent'], ids: [ids['old']] }), []],
])('jobs are found, and counted, by %s', async (_what, filter, expected) => {
  expect(await find(filter())).toEqual({ names: expected, totalCount: expected.length });
});

test.each([
  [
    { ids: Array.from({ length: 1_001 }, String) },
    '`filter.ids` must have at most 1000 values, not 1001.',
  ],
  [
    { tags: Array.from({ length: 21 }, String) },
    '`filter.tags` must have at most 20 values, not 21.',
  ],
])('a list that is too long is refused, and says so', async (filter, message) => {
  const query = 'query ($filter: JobFilter) { jobs(filter: $filter) { totalCount } }';
  const { errors } = await server.graphql.send(query, { filter });
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('jobs are counted by type and state', async () => {
  const { jobCounts } = await server.graphql.request('{ jobCounts { type state count } }');
  expect(jobCounts).toEqual([
    { type: 'VIDEO_SUMMARIZATION', state: 'FAILED', count: 3 },
    { type: 'VIDEO_SUMMARIZATION', state: 'QUEUED', count: 2 },
  ]);
  const filter = { tags: ['urgent'] };
  const query = 'query ($filter: JobFilter) { jobCounts(filter: $filter) { count } }';
  expect(await server.graphql.request(query, { filter })).toEqual({ jobCounts: [{ count: 1 }] });
});

test('failed jobs are grouped by their cause, however it names what it concerns', async () => {
  const query = `query ($first: Int) {
      jobErrorGroups(first: $first) { code message count lastSeenAt newest { id } jobIds failedAt } }`;
  const { jobErrorGroups } = await server.graphql.request(query, {});
  const lastSeenAt = expect.any(String);
  const groups = [
    {
      code: 'MODEL_TIMEOUT',
      message: 'No answer within … s from ….',
      count: 2,
      lastSeenAt,
      newest: { id: ids['failed1'] },
      jobIds: [ids['failed1'], ids['failed0']],
      failedAt: [lastSeenAt, lastSeenAt],
    },
    {
      code: 'MODEL_REJECTED',
      message: 'No such place.',
      count: 1,
      lastSeenAt,
      newest: { id: ids['failed2'] },
      jobIds: [ids['failed2']],
      failedAt: [lastSeenAt],
    },
  ];
  expect(jobErrorGroups).toEqual(groups);
  expect((await server.graphql.request(query, { first: 1 })).jobErrorGroups).toEqual([groups[0]]);
  const { errors } = await server.graphql.send(query, { first: 101 });
  expect(errors?.[0]).toMatchObject({ message: '`first` must be from 1 to 100, not 101.' });
});

test('a job that is started again from another says so, and the other knows it', async () => {
  const options = { basedOn: ids['tagged']! };
  const { id } = await startJob(server.graphql, 'summarizeVideo', subjects, options);
  const query = `query ($id: ID!) { job(id: $id) { tags basedOn { id } derived { id } } }`;
  const read = async (jobId: string) => (await server.graphql.request(query, { id: jobId }))['job'];
  expect(await read(id)).toEqual({ tags: [], basedOn: { id: ids['tagged'] }, derived: [] });
  expect(await read(ids['tagged']!)).toEqual({
    tags: ['urgent', 'harbour'],
    basedOn: null,
    derived: [{ id }],
  });
});

test.each([
  [{ basedOn: randomUUID() }, { __typename: 'NotFoundError' }],
  [{ basedOn: 'none' }, { __typename: 'NotFoundError' }],
  [{ tags: [''] }, { issues: [{ path: ['options', 'tags', '0'], message: 'Must not be empty.' }] }],
  [{ tags: ['x'.repeat(51)] }, { __typename: 'ValidationError' }],
  [{ tags: Array.from({ length: 21 }, String) }, { __typename: 'ValidationError' }],
])('a job is refused with %j', async (options, expected) => {
  const mutation = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
      summarizeVideo(input: $input, options: $options) {
        __typename ... on ValidationError { issues { path message } } } }`;
  const variables = { input: subjects, options };
  const { summarizeVideo } = await server.graphql.request(mutation, variables);
  expect(summarizeVideo).toMatchObject(expected);
});

test('a pipeline is found by its id, and nobody else’s', async () => {
  const { analyzeVideo } = await server.graphql.request(
    `mutation ($input: AnalyzeVideoInput!) { analyzeVideo(input: $input) {
        ... on AnalyzeVideoPayload { pipeline { id jobs { id } } } } }`,
    { input: subjects },
  );
  const query = 'query ($id: ID!) { pipeline(id: $id) { id jobs { id } } }';
  const { pipeline } = analyzeVideo;
  expect(await server.graphql.request(query, { id: pipeline.id })).toEqual({ pipeline });
  for (const id of [randomUUID(), 'none']) {
    expect(await server.graphql.request(query, { id })).toEqual({ pipeline: null });
  }
  // The summary that its later jobs are about does not exist yet.
  const { jobs } = await server.graphql.request(
    `query ($filter: JobFilter) { jobs(filter: $filter) { edges { node { type subject { title video { id } persona { id } } } } } }`,
    { filter: { pipelineId: pipeline.id } },
  );
  const subject = {
    title: 'Harbour news',
    video: { id: subjects.videoId },
    persona: { id: subjects.personaId },
  };
  expect(new Set(jobs.edges.map(({ node }: any) => JSON.stringify(node.subject)))).toEqual(
    new Set([JSON.stringify(subject)]),
  );
  const found = await find({ pipelineId: pipeline.id });
  expect(found.totalCount).toBe(pipeline.jobs.length);
});
