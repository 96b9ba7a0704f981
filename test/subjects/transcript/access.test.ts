import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOldResults } from '../../../src/jobs/rows/retention.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import {
  accounts,
  bearer,
  createTicket,
  operatorClaims,
  signIn,
} from '../../environment/access/credentials.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { ageJobs, ageResults } from '../../environment/jobs/insert-jobs.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { runJob } from '../../environment/jobs/results.ts';
import { transcribe } from '../../environment/jobs/transcripts.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const fields = 'id text language modelsUsed segmentCount speakers segments { index text }';
const welcome = 'Welcome to the harbour.';
const vessels = 'Two vessels enter.';

/** What the fake model service hears with a summary. */
const ofSummary = (summaryId: string) => ({
  id: `summary-${summaryId}`,
  text: welcome,
  language: 'en',
  modelsUsed: ['whisper-v3-turbo'],
  segmentCount: 1,
  speakers: [],
  segments: [{ index: 0, text: welcome }],
});

describe('transcripts', () => {
  let opened: AsyncDisposableStack;
  let app: AppWithDatabase;
  let ann: GraphQLClient;
  let ben: GraphQLClient;
  let olga: GraphQLClient;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    const stack = opening.use(await createTestStack('external'));
    const model = opening.use(await startFakeModelService());
    const env = { ...accounts, MODEL_SERVICE_URL: model.url };
    app = opening.use(await startAppWithDatabase(stack, env));
    ann = createGraphQLClient(app.url, await signIn('ann'));
    ben = createGraphQLClient(app.url, await signIn('ben'));
    olga = createGraphQLClient(app.url, await signIn('olga', operatorClaims));
    opened = opening.move();
  });

  afterAll(() => opened.disposeAsync());

  let videos = 0;

  /** A video of its own for each test. */
  async function register(graphql = ann): Promise<Subjects> {
    videos += 1;
    return createSubjects(graphql, { id: `video-${videos}`, path: `${videos}.mp4` });
  }

  async function summarize(subjects: Subjects, input: object = { enableAudio: true }) {
    const { id, result } = await runJob(ann, 'summarizeVideo', { ...subjects, ...input });
    return { jobId: id as string, id: result.id as string };
  }

  async function readNewest(graphql: GraphQLClient, { videoId }: Subjects) {
    const { video } = await graphql.request(
      `query ($id: ID!) { video(id: $id) { transcript { ${fields} } } }`,
      { id: videoId },
    );
    return video?.transcript;
  }

  async function read(graphql: GraphQLClient, id: string) {
    const query = `query ($id: ID!) { transcript(id: $id) { ${fields} video { id } } }`;
    return (await graphql.request(query, { id })).transcript;
  }

  async function readOfSummary(graphql: GraphQLClient, id: string) {
    const query = `query ($id: ID!) { videoSummary(id: $id) { transcript { ${fields} } } }`;
    return (await graphql.request(query, { id })).videoSummary?.transcript;
  }

  test('a summary with audio has one, and one without has none', async () => {
    const subjects = await register();
    const silent = await summarize(subjects, {});
    expect(await readOfSummary(ann, silent.id)).toBeNull();
    expect(await read(ann, `summary-${silent.id}`)).toBeNull();
    const { id } = await summarize(subjects);
    expect(await readOfSummary(ann, id)).toEqual(ofSummary(id));
    const whole = { ...ofSummary(id), video: { id: subjects.videoId } };
    expect(await read(ann, `summary-${id}`)).toEqual(whole);
    expect(await read(ann, `SUMMARY-${id.toUpperCase()}`)).toEqual(whole);
    expect(await read(ann, id)).toBeNull();
  });

  test('a video has the newest, whichever job made it', async () => {
    const subjects = await register();
    expect(await readNewest(ann, subjects)).toBeNull();
    const first = await summarize(subjects);
    expect(await readNewest(ann, subjects)).toEqual(ofSummary(first.id));
    const { result } = await transcribe(ann, { videoId: subjects.videoId });
    expect(await readNewest(ann, subjects)).toMatchObject({ id: result.id, segmentCount: 2 });
    await summarize(subjects, {});
    expect(await readNewest(ann, subjects)).toMatchObject({ id: result.id });
    const second = await summarize(subjects);
    expect(await readNewest(ann, subjects)).toEqual(ofSummary(second.id));
  });

  test('a page of videos and of summaries has those of each', async () => {
    const [one, other, none] = [await register(), await register(), await register()];
    const summaries = [await summarize(one), await summarize(one), await summarize(other)];
    const { result } = await transcribe(ann, { videoId: other.videoId });
    const { videos: page } = await ann.request(`{ videos(first: 3) { edges { node { id
      transcript { id a: segments(first: 1) { text } b: segments(after: 0) { text } }
      summaries { transcript { id text segmentCount } } } } } }`);
    const own = ({ id }: { id: string }) => ({
      id: `summary-${id}`,
      text: welcome,
      segmentCount: 1,
    });
    expect(page.edges.map(({ node }: { node: object }) => node)).toEqual([
      { id: none.videoId, transcript: null, summaries: [] },
      {
        id: other.videoId,
        transcript: { id: result.id, a: [{ text: welcome }], b: [{ text: vessels }] },
        summaries: [{ transcript: own(summaries[2]!) }],
      },
      {
        id: one.videoId,
        transcript: { id: own(summaries[1]!).id, a: [{ text: welcome }], b: [] },
        summaries: [{ transcript: own(summaries[1]!) }, { transcript: own(summaries[0]!) }],
      },
    ]);
  });

  test('they are there for their owner and operators alone', async () => {
    const subjects = await register();
    const summary = await summarize(subjects);
    const { id, result } = await transcribe(ann, { videoId: subjects.videoId });
    for (const graphql of [ann, olga]) {
      expect(await readNewest(graphql, subjects)).toMatchObject({ id: result.id });
      expect(await read(graphql, result.id)).toMatchObject({ id: result.id });
      expect(await readOfSummary(graphql, summary.id)).toEqual(ofSummary(summary.id));
    }
    for (const foreign of [result.id, `summary-${summary.id}`]) {
      expect(await read(ben, foreign)).toBeNull();
    }
    expect(await readOfSummary(ben, summary.id)).toBeUndefined();
    // Of a video that he calls the same, he sees his own.
    await createSubjects(ben, { id: subjects.videoId, path: 'of-ben.mp4' });
    expect(await readNewest(ben, subjects)).toBeNull();
    const headers = bearer(await signIn('ben'));
    expect((await fetch(`${app.url}/api/jobs/${id}`, { headers })).status).toBe(404);
    const document = `mutation ($input: TranscribeVideoInput!) {
      transcribeVideo(input: $input) { __typename } }`;
    const { videoId } = await register();
    expect(await ben.request(document, { input: { videoId } })).toEqual({
      transcribeVideo: { __typename: 'NotFoundError' },
    });
  });

  test('the ticket of a job shows the one that this job made, and no other', async () => {
    const subjects = await register();
    const summary = await summarize(subjects);
    const silent = await summarize(subjects, {});
    const { id, result } = await transcribe(ann, { videoId: subjects.videoId, diarize: true });
    const watch = async (jobId: string, selection: string) => {
      const holder = createGraphQLClient(app.url, await createTicket(ann, jobId));
      const document = `subscription ($id: ID!) { jobUpdated(id: $id) { ${selection} } }`;
      const [answer] = await Array.fromAsync(holder.subscribe('sse', document, { id: jobId }));
      return answer;
    };
    const own = `... on TranscriptionJob { result { ${fields} } }`;
    expect((await watch(id, own))?.data?.['jobUpdated']).toMatchObject({
      result: { id: result.id, speakers: ['SPEAKER_00', 'SPEAKER_01'], segmentCount: 2 },
    });
    const part = `... on VideoSummarizationJob { result { transcript { ${fields} } } }`;
    expect((await watch(summary.jobId, part))?.data?.['jobUpdated']).toEqual({
      result: { transcript: ofSummary(summary.id) },
    });
    expect((await watch(silent.jobId, part))?.data?.['jobUpdated']).toEqual({
      result: { transcript: null },
    });
    const video = '... on TranscriptionJob { result { video { transcript { id } } } }';
    // There are others of this video, which other jobs made.
    expect((await watch(id, video))?.data?.['jobUpdated']).toEqual({
      result: { video: { transcript: { id: result.id } } },
    });
    const ticket = await createTicket(ann, id);
    const polled = await (await fetch(`${app.url}/api/jobs/${id}?ticket=${ticket}`)).json();
    expect(polled).toMatchObject({ result: { id: result.id, text: `${welcome}\n${vessels}` } });
  });

  test('one goes with all its segments once it is old, and its job is gone', async () => {
    const subjects = await register();
    const { id, result } = await transcribe(ann, { videoId: subjects.videoId });
    const kinds = jobDefinitions.map((definition) => definition.result);
    const sweep = () => deleteOldResults(app.db, kinds, 200, 100);
    await ageResults(app.db, 'transcript', 200);
    await ageJobs(app.db, 200, [{ id }]);
    expect(await sweep()).toBe(0);
    await app.db.deleteFrom('job').where('id', '=', id).execute();
    expect(await sweep()).toBe(1);
    expect(await read(ann, result.id)).toBeNull();
    const parts = app.db.selectFrom('transcriptPart').selectAll();
    expect(await parts.where('transcriptId', '=', result.id).execute()).toEqual([]);
  });
});
