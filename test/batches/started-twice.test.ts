import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { followBatch, listJobIds, startBatch } from '../environment/jobs/batches.ts';
import { createSubjects, readJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';

expectNoLeaks();

const own = useTestApp('external');
let subjects: Subjects;

beforeAll(async () => {
  subjects = await createSubjects(own.app.graphql);
});

test('the same key and input give the same batch, at the same time and after its end', async () => {
  const { graphql } = own.app;
  const input = {
    name: 'Twice',
    jobs: [{ summarizeVideo: subjects }, { analyzeVideo: subjects }],
  };
  const start = () => startBatch(graphql, input, { idempotencyKey: 'twice' });
  const both = await Promise.all([start(), start(), start()]);
  expect(both.filter(({ created }) => created)).toHaveLength(1);
  const ids = new Set(both.map(({ batch }) => batch.id as string));
  expect(ids.size).toBe(1);
  expect(new Set(both.map((it) => listJobIds(it).join())).size).toBe(1);
  const [id] = ids;
  await followBatch(graphql, 'sse', id!);
  expect(await start()).toMatchObject({ created: false, batch: { id, state: 'COMPLETED' } });
  // Defaults that are said are the same input.
  const explicit = { ...subjects, maxFrames: 30 };
  const spelled = { ...input, jobs: [{ summarizeVideo: explicit }, { analyzeVideo: subjects }] };
  expect(await startBatch(graphql, spelled, { idempotencyKey: 'twice' })).toMatchObject({
    created: false,
    batch: { id },
  });
});

test('a video is the same by either of its ids, and a video that is gone starts nothing', async () => {
  const { graphql } = own.app;
  const video = { id: 'either-id', path: 'either.mp4' };
  const { videoId, personaId } = await createSubjects(graphql, video);
  const start = (id: string) =>
    startBatch(
      graphql,
      { jobs: [{ summarizeVideo: { videoId: id, personaId } }] },
      { idempotencyKey: 'either', delayMs: 3_600_000 },
    );
  const first = await start(videoId);
  expect(first).toMatchObject({ created: true });
  expect(await start(video.id)).toMatchObject({
    created: false,
    batch: { id: first['batch'].id },
  });
  const gone = { summarizeVideo: { videoId: 'gone', personaId } };
  expect(await startBatch(graphql, { jobs: [gone] })).toMatchObject({
    __typename: 'NotFoundError',
    path: ['input', 'jobs', '0', 'summarizeVideo', 'videoId'],
  });
});

test('the same key with another input is refused, and names a job of the batch', async () => {
  const { graphql } = own.app;
  const jobs = [{ summarizeVideo: subjects }, { summarizeVideo: subjects }];
  const first = await startBatch(graphql, { jobs }, { idempotencyKey: 'other' });
  const [firstJob] = listJobIds(first);
  for (const input of [
    { jobs: jobs.slice(1) },
    { name: 'A name', jobs },
    { jobs: [jobs[0], { summarizeVideo: { ...subjects, maxFrames: 2 } }] },
  ]) {
    expect(await startBatch(graphql, input, { idempotencyKey: 'other' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
      existingJobId: firstJob,
    });
  }
  // A key of a job is none of a batch.
  const single = { input: subjects, options: { idempotencyKey: 'other' } };
  const { summarizeVideo } = await graphql.request(
    `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
        summarizeVideo(input: $input, options: $options) { ... on SummarizeVideoPayload { created } } }`,
    single,
  );
  expect(summarizeVideo).toEqual({ created: true });
});

test('options apply to every job, and of a pipeline to the first where they are about its start', async () => {
  const { graphql } = own.app;
  const based = await startBatch(graphql, { jobs: [{ summarizeVideo: subjects }] });
  const [basedOn] = listJobIds(based);
  const options = { priority: 'LOW', tags: ['a', 'b'], delayMs: 3_600_000, basedOn };
  const started = await startBatch(
    graphql,
    { jobs: [{ summarizeVideo: subjects }, { analyzeVideo: subjects }] },
    options,
  );
  expect(started['batch']).toMatchObject({
    state: 'RUNNING',
    counts: [
      { state: 'QUEUED', count: 2 },
      { state: 'DELAYED', count: 2 },
    ],
  });
  const ids = listJobIds(started);
  const jobs = await Promise.all(ids.map((id) => readJob(graphql, id)));
  expect(jobs.map(({ state }) => state)).toEqual(['DELAYED', 'DELAYED', 'QUEUED', 'QUEUED']);
  expect(jobs.map(({ priority }) => priority)).toEqual(['LOW', 'LOW', 'LOW', 'LOW']);
  const related = `query ($ids: [ID!]) { jobs(filter: { ids: $ids }) { edges { node {
      tags basedOn { id } batch { id } } } } }`;
  const { edges } = (await graphql.request(related, { ids }))['jobs'];
  expect(edges.toReversed()).toEqual(
    [basedOn, basedOn, undefined, undefined].map((id) => ({
      node: {
        tags: ['a', 'b'],
        basedOn: id === undefined ? null : { id },
        batch: { id: started['batch'].id },
      },
    })),
  );
});
