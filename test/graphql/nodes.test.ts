import { randomUUID } from 'node:crypto';
import { InMemoryCache } from '@apollo/client';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorClaims, signIn } from '../environment/access/credentials.ts';
import { startTwoTenants } from '../environment/access/two-tenants.ts';
import type { Tenant, TwoTenants } from '../environment/access/two-tenants.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { startJob } from '../environment/jobs/jobs.ts';

expectNoLeaks();

const readNodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';

let tenants: TwoTenants;
let operating: GraphQLClient;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
  operating = createGraphQLClient(tenants.app.url, await signIn('operator', operatorClaims));
});

afterAll(() => tenants[Symbol.asyncDispose]());

test('whatever has an id is found by it, in the order that was asked for', async () => {
  const { ids, graphql } = tenants.ann;
  const transcript = `summary-${ids.summaryId}`;
  const expected = [
    ['Pipeline', ids.pipelineId],
    ['Claim', ids.claimId],
    ['VideoSummary', ids.summaryId],
    ['Transcript', transcript],
    ['VideoSummarizationJob', ids.jobId],
    ['ClaimExtraction', ids['extractionId']],
    ['ClaimExtractionJob', ids.extractionJobId],
    ['ClaimSynthesis', ids.synthesisId],
    ['ObjectDetection', ids['detectionId']],
    ['ObjectTracking', ids['trackingId']],
    ['Transcript', ids['transcriptId']],
    ['Video', ids.videoNodeId],
    ['Persona', ids.personaId],
  ];
  await giveTranscript(ids.summaryId);
  const asked = expected.map(([, id]) => id!);
  const { nodes } = await graphql.request(readNodes, { ids: asked });
  expect(nodes).toEqual(expected.map(([__typename, id]) => ({ __typename, id })));
  for (const [__typename, id] of expected) {
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    expect(await graphql.request(query, { id: id!.toUpperCase() })).toEqual({
      node: { __typename, id },
    });
  }
});

/** As a model service writes it that hears what is said. */
async function giveTranscript(summaryId: string): Promise<void> {
  const segments = [{ start: 0, end: 1, text: 'Ships.' }];
  await tenants.app.db
    .updateTable('videoSummary')
    .set({ transcript: JSON.stringify({ segments }) })
    .where('id', '=', summaryId)
    .execute();
}

test('an id that finds nothing is null in its place, and one that is asked for twice is there twice', async () => {
  const { ann, ben } = tenants;
  const ids = [ann.ids.jobId, 'none', randomUUID(), ben.ids.jobId, ben.ids.videoId, ann.ids.jobId];
  const found = { __typename: 'VideoSummarizationJob', id: ann.ids.jobId };
  const answer = await ann.graphql.request(readNodes, { ids });
  expect(answer).toEqual({ nodes: [found, null, null, null, null, found] });
  expect(await ann.graphql.request(readNodes, { ids: [] })).toEqual({ nodes: [] });
  const many = Array.from({ length: 101 }, () => ann.ids.jobId);
  const { errors } = await ann.graphql.send(readNodes, { ids: many });
  expect(errors?.[0]?.message).toBe('`ids` must have at most 100 values, not 101.');
});

test('the videos of two owners that have the same id elsewhere are two in a cache', async () => {
  const query = parse(
    '{ videos(first: 100) { edges { node { __typename id externalId title } } } }',
  );
  const cache = new InMemoryCache();
  cache.writeQuery({
    query,
    data: await operating.request(
      '{ videos(first: 100) { edges { node { __typename id externalId title } } } }',
    ),
  });
  const { videos } = cache.readQuery<any>({ query });
  const titles = videos.edges
    .map(({ node }: any) => node)
    .filter(({ externalId }: any) => externalId === 'harbour')
    .map(({ title }: any) => title);
  expect(titles.toSorted()).toEqual(['Harbour of oriole', 'News of plover']);
});

test('an operator who names a video by its id has the jobs about that one alone', async () => {
  const query = `query ($filter: JobFilter) {
      jobs(filter: $filter, first: 100) { edges { node { owner subject { video { id } } } } } }`;
  const list = async (filter: object) => {
    const { jobs } = await operating.request(query, { filter });
    return jobs.edges.map(({ node }: any) => node);
  };
  const { ids } = tenants.ben;
  const named = await list({ videoId: ids.videoNodeId });
  expect(named.length).toBeGreaterThan(5);
  for (const { owner, subject } of named) {
    expect([owner, subject.video.id]).toEqual([ids.owner, ids.videoNodeId]);
  }
  expect(await list({ videoIds: [ids.videoNodeId, 'none'] })).toEqual(named);
  const both = await list({ videoId: 'harbour' });
  expect(both.length).toBeGreaterThan(named.length);
  expect(await list({ videoIds: [ids.videoNodeId, 'harbour'] })).toEqual(both);
  const { video } = await operating.request('query ($id: ID!) { video(id: $id) { title } }', {
    id: ids.videoNodeId,
  });
  expect(video).toEqual({ title: 'News of plover' });
});

test('an operator who watches the jobs of a video hears of that one’s alone', async () => {
  const { ann, ben } = tenants;
  const own = await startWaiting(ann, 'harbour');
  const query = `subscription ($filter: JobFilter) { jobsUpdated(filter: $filter) { job { id priority } } }`;
  const filter = { videoIds: [ben.ids.videoNodeId] };
  const updates = operating.subscribe('websocket', query, { filter });
  const next = async () => (await updates.next()).value.data.jobsUpdated.job;
  const { waitingJobId } = ben.ids;
  expect(await next()).toEqual({ id: waitingJobId, priority: 'NORMAL' });
  expect(await next()).toBe(null);
  for (const id of [own, waitingJobId]) {
    const raise = 'mutation ($id: ID!) { setJobPriority(id: $id, priority: HIGH) { __typename } }';
    await operating.request(raise, { id });
  }
  expect(await next()).toEqual({ id: waitingJobId, priority: 'HIGH' });
  await updates.return!();
});

/** Starts a job that does not run during the test. */
async function startWaiting({ graphql, ids }: Tenant, videoId: string): Promise<string> {
  const input = { videoId, personaId: ids.personaId };
  const { id } = await startJob(graphql, 'summarizeVideo', input, { delayMs: 3_600_000 });
  return id as string;
}

test('an operator who names a video by its id has that one, whatever others call theirs', async () => {
  const { ann, ben } = tenants;
  const input = { id: ann.ids.videoNodeId, title: 'Not hers', path: 'not-hers.mp4' };
  const register = `mutation ($input: RegisterVideoInput!) { registerVideo(input: $input) { __typename } }`;
  expect(await ben.graphql.request(register, { input })).toEqual({
    registerVideo: { __typename: 'RegisterVideoPayload' },
  });
  const read = 'query ($id: ID!) { video(id: $id) { title } }';
  const find = async (graphql: GraphQLClient) =>
    (await graphql.request(read, { id: input.id })).video.title;
  expect(await find(operating)).toBe('News of oriole');
  expect(await find(ann.graphql)).toBe('News of oriole');
  expect(await find(ben.graphql)).toBe('Not hers');
  // Hers alone has that id, so for her it is a conflict.
  expect(await ann.graphql.request(register, { input })).toEqual({
    registerVideo: { __typename: 'ConflictError' },
  });
});

test('a job is the same whichever id of its video is given, and shows one that is taken again', async () => {
  const { ids, graphql } = tenants.ben;
  const start = async (videoId: string) => {
    const { summarizeVideo } = await graphql.request(
      `mutation ($input: SummarizeVideoInput!) {
          summarizeVideo(input: $input, options: { idempotencyKey: "either" }) {
            ... on SummarizeVideoPayload { created job { id input { videoId } } } } }`,
      { input: { videoId, personaId: ids.personaId } },
    );
    return summarizeVideo;
  };
  const first = await start(ids.videoNodeId);
  expect(first).toMatchObject({ created: true, job: { input: { videoId: ids.videoId } } });
  for (const videoId of [ids.videoId, first.job.input.videoId, ids.videoNodeId.toUpperCase()]) {
    expect(await start(videoId)).toEqual({ ...first, created: false });
  }
});
