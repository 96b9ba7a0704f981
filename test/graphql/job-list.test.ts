import { beforeAll, describe, expect, test } from 'vitest';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { unknownId } from '../environment/jobs/refused-inputs.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { readJobPage, startManyJobs } from '../environment/jobs/job-pages.ts';
import { runJob } from '../environment/jobs/results.ts';

expectNoLeaks();

describe('the list of jobs', () => {
  const { app, model } = useTestApp('external');
  let subjects: Subjects;
  /** Names of the jobs' ids, the newest job first. */
  const names = new Map<string, string>();

  beforeAll(async () => {
    subjects = await createSubjects(app.graphql);
    const summaryId = (await runJob(app.graphql, 'summarizeVideo', subjects))['result'].id;
    const extraction = await runJob(app.graphql, 'extractClaims', { summaryId });
    const synthesis = await runJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
    model.hold('/api/summarize');
    const other = await createSubjects(app.graphql, { path: 'other-news.mp4' });
    const held = [
      await startJob(app.graphql, 'summarizeVideo', other),
      await startJob(app.graphql, 'summarizeVideo', other),
    ];
    const data = await app.graphql.request(`{ jobs { edges { node { id } } } }`);
    const oldest = data['jobs'].edges.at(-1).node.id as string;
    names.set(held[1]!['id'], 'second held').set(held[0]!['id'], 'first held');
    names
      .set(synthesis['id'], 'synthesis')
      .set(extraction['id'], 'extraction')
      .set(oldest, 'summary');
  });

  const everything = ['second held', 'first held', 'synthesis', 'extraction', 'summary'];

  test('is read forwards, newest first, page by page', async () => {
    const first = await list({ first: 2 });
    expect(first).toMatchObject({
      jobs: everything.slice(0, 2),
      hasPreviousPage: false,
      hasNextPage: true,
    });
    const second = await list({ first: 2, after: first.endCursor });
    expect(second).toMatchObject({
      jobs: everything.slice(2, 4),
      hasPreviousPage: true,
      hasNextPage: true,
    });
    const third = await list({ first: 2, after: second.endCursor });
    expect(third).toMatchObject({
      jobs: everything.slice(4),
      hasPreviousPage: true,
      hasNextPage: false,
    });
    expect(await list({ first: 2, after: third.endCursor })).toMatchObject({
      jobs: [],
      hasNextPage: false,
    });
  });

  test('is read backwards, each page in the same order', async () => {
    const last = await list({ last: 2 });
    expect(last).toMatchObject({
      jobs: everything.slice(3),
      hasPreviousPage: true,
      hasNextPage: false,
    });
    const middle = await list({ last: 2, before: last.startCursor });
    expect(middle).toMatchObject({
      jobs: everything.slice(1, 3),
      hasPreviousPage: true,
      hasNextPage: true,
    });
    const top = await list({ last: 2, before: middle.startCursor });
    expect(top).toMatchObject({
      jobs: everything.slice(0, 1),
      hasPreviousPage: false,
      hasNextPage: true,
    });
    expect(await list({ before: last.startCursor })).toMatchObject({
      jobs: everything.slice(0, 3),
    });
  });

  test('keeps to both bounds of a page', async () => {
    const { startCursor, endCursor } = await list({});
    expect(await list({ after: startCursor, before: endCursor })).toMatchObject({
      jobs: everything.slice(1, 4),
    });
    expect(await list({ first: 9, before: endCursor })).toMatchObject({
      jobs: everything.slice(0, 4),
    });
    expect(await list({ last: 9, after: startCursor })).toMatchObject({
      jobs: everything.slice(1),
    });
  });

  test('has no cursors on an empty page', async () => {
    const nothing = { jobs: [], startCursor: null, endCursor: null };
    expect(await list({ filter: { types: [] } })).toEqual({
      ...nothing,
      hasPreviousPage: false,
      hasNextPage: false,
    });
    expect(await list({ first: 0 })).toMatchObject({ ...nothing, hasNextPage: true });
    const { endCursor } = await list({});
    expect(await list({ after: endCursor })).toMatchObject({ ...nothing, hasNextPage: false });
  });

  test('gives as many log lines as it is asked for, or says how many it may be', async () => {
    const [oldest] = [...names].find(([, name]) => name === 'summary')!;
    const ask = (args: string) =>
      app.graphql.send(`{ job(id: "${oldest}") { logs(${args}) { sequence } } }`);
    for (const size of [-1, 1_001, 2 ** 31]) {
      expect((await ask(`first: ${size}`)).errors).toMatchObject([
        { message: `\`first\` must be from 0 to 1000, not ${size}.` },
      ]);
    }
    expect((await ask('first: 0')).data).toEqual({ job: { logs: [] } });
    for (const after of [2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
      expect((await ask(`after: ${after}`)).data).toEqual({ job: { logs: [] } });
    }
  });

  const held = everything.slice(0, 2);
  const done = everything.slice(2);
  const summaries = [...held, 'summary'];

  test.each([
    { what: 'no filter', filter: null, jobs: everything },
    { what: 'an empty filter', filter: {}, jobs: everything },
    { what: 'nulls', filter: { types: null, states: null, videoId: null }, jobs: everything },
    { what: 'a type', filter: { types: ['VIDEO_SUMMARIZATION'] }, jobs: summaries },
    {
      what: 'a type twice',
      filter: { types: ['CLAIM_EXTRACTION', 'CLAIM_EXTRACTION'] },
      jobs: ['extraction'],
    },
    {
      what: 'two types',
      filter: { types: ['CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'] },
      jobs: ['synthesis', 'extraction'],
    },
    { what: 'no types', filter: { types: [] }, jobs: [] },
    { what: 'a state', filter: { states: ['COMPLETED'] }, jobs: done },
    {
      what: 'the states before the end',
      filter: { states: ['QUEUED', 'ACTIVE', 'DELAYED'] },
      jobs: held,
    },
    { what: 'no states', filter: { states: [] }, jobs: [] },
    {
      what: 'a type and a state',
      filter: { types: ['VIDEO_SUMMARIZATION'], states: ['COMPLETED'] },
      jobs: ['summary'],
    },
    { what: 'an unknown video', filter: { videoId: unknownId }, jobs: [] },
    { what: 'no video', filter: { videoId: '' }, jobs: [] },
    { what: 'a video id with a NUL character', filter: { videoId: '\0' }, jobs: [] },
    { what: 'a video id with half a surrogate pair', filter: { videoId: '\ud83d' }, jobs: [] },
  ])('with $what has what that lets through', async ({ filter, jobs }) => {
    expect((await list({ filter })).jobs).toEqual(jobs);
  });

  test('of a video has the jobs on its summaries too, whatever the page', async () => {
    const filter = { videoId: subjects.videoId };
    expect((await list({ filter })).jobs).toEqual(done);
    const first = await list({ filter, first: 2 });
    expect(first).toMatchObject({ jobs: done.slice(0, 2), hasNextPage: true });
    const second = await list({ filter, first: 2, after: first.endCursor });
    expect(second).toMatchObject({ jobs: done.slice(2), hasNextPage: false });
    expect((await list({ filter: { ...filter, types: ['CLAIM_SYNTHESIS'] } })).jobs).toEqual([
      'synthesis',
    ]);
  });

  test('goes on where it was while new jobs arrive', async () => {
    const mine = await createSubjects(app.graphql, { path: 'four.mp4' });
    const filter = { videoId: mine.videoId };
    await startManyJobs(app.graphql, mine, 4);
    const { jobs: known } = await list({ filter });
    const first = await list({ filter, first: 2 });
    const fresh = await startJob(app.graphql, 'summarizeVideo', mine);
    const second = await list({ filter, first: 2, after: first.endCursor });
    expect([...first.jobs, ...second.jobs]).toEqual(known);
    expect((await list({ filter, before: first.startCursor })).jobs).toEqual([fresh['id']]);
  });

  /** A page, its jobs by name where they have one. */
  async function list(variables: Record<string, unknown>) {
    const { ids, ...pageInfo } = await readJobPage(app.graphql, variables);
    return { jobs: ids.map((id) => names.get(id) ?? id), ...pageInfo };
  }
});
