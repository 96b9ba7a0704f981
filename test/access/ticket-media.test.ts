import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack } from '../environment/app/app.ts';
import { startAppWithDatabase } from '../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  accounts,
  bearer,
  createTicket,
  operatorClaims,
  signIn,
} from '../environment/access/credentials.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { eventually } from '../environment/eventually.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const disposables = new AsyncDisposableStack();
let app: AppWithDatabase;
let tokens: { ann: string; ben: string; olga: string };
let ann: GraphQLClient;
/** Of a video that has a file. */
let videoId: string;
let jobs: { summary: string; claims: string; synthesis: string; other: string };

beforeAll(async () => {
  const stack = disposables.use(await createTestStack('external'));
  const model = disposables.use(await startFakeModelService());
  app = disposables.use(
    await startAppWithDatabase(stack, { ...accounts, MODEL_SERVICE_URL: model.url }),
  );
  tokens = {
    ann: await signIn('ann'),
    ben: await signIn('ben'),
    olga: await signIn('olga', operatorClaims),
  };
  ann = createGraphQLClient(app.url, tokens.ann);
  const subjects = await createSubjects(ann, { id: 'bees', path: 'bee-interview.webm' });
  const others = await createSubjects(ann, { id: 'news', path: 'harbour-news.mp4' });
  ({ videoId } = subjects);
  const run = async (mutation: string, input: object) => {
    const { id } = await startJob(ann, mutation, input);
    await followJob(ann, 'sse', id);
    return id as string;
  };
  const summary = await run('summarizeVideo', subjects);
  const { job } = await ann.request(
    `query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }`,
    { id: summary },
  );
  const summaryId = job.result.id;
  jobs = {
    summary,
    claims: await run('extractClaims', { summaryId }),
    synthesis: await run('synthesizeClaims', { summaryIds: [summaryId] }),
    other: await run('summarizeVideo', others),
  };
});

afterAll(() => disposables.disposeAsync());

async function get(query = '', headers: Record<string, string> = {}, id = videoId) {
  const response = await fetch(`${app.url}/media/${id}${query}`, { headers });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

async function watch(jobId: string, selection: string) {
  const holder = createGraphQLClient(app.url, await createTicket(ann, jobId));
  const document = `subscription ($id: ID!) { jobUpdated(id: $id) { ${selection} } }`;
  const [answer] = await Array.fromAsync(holder.subscribe('sse', document, { id: jobId }));
  return answer!;
}

test('a file is there for the owner of its video and for operators, and for nobody else', async () => {
  const bytes = await readFile('samples/bee-interview.webm');
  expect(await get('', bearer(tokens.ann))).toEqual({ status: 200, body: bytes });
  expect(await get('', bearer(tokens.olga))).toEqual({ status: 200, body: bytes });
  const [theirs, none] = [
    await get('', bearer(tokens.ben)),
    await get('', bearer(tokens.ben), 'none'),
  ];
  expect(theirs.status).toBe(404);
  expect(theirs).toEqual(none);
  expect((await get()).status).toBe(401);
  expect((await get('?ticket=none')).status).toBe(401);
  // A token in the address is none.
  expect((await get(`?token=${tokens.ann}`)).status).toBe(401);
});

test.each(['summary', 'claims', 'synthesis'] as const)(
  'the ticket of a job about it, its %s, opens it in the address alone, and no other',
  async (name) => {
    const ticket = await createTicket(ann, jobs[name]);
    const { status, body } = await get(`?ticket=${ticket}`, { range: 'bytes=0-99' });
    expect([status, body.length]).toEqual([206, 100]);
    expect((await get('', bearer(ticket))).status).toBe(200);
    expect((await get(`?ticket=${ticket}`, {}, 'news')).status).toBe(404);
    const { data } = await watch(jobs[name], 'subject { title video { id title mediaUrl } }');
    expect(data!['jobUpdated'].subject).toEqual({
      title: 'Harbour news',
      video: { id: videoId, title: 'Harbour news', mediaUrl: `media/${videoId}` },
    });
  },
);

test('the ticket of a step of a pipeline opens it before there is a summary', async () => {
  const { personaId } = await createSubjects(ann);
  const { analyzeVideo } = await ann.request(
    `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
        analyzeVideo(input: $input, options: $options) {
          ... on AnalyzeVideoPayload { pipeline { jobs { id } } } ... on Error { message } } }`,
    { input: { videoId, personaId }, options: { delayMs: 3_600_000 } },
  );
  for (const { id } of analyzeVideo.pipeline.jobs) {
    const ticket = await createTicket(ann, id);
    expect((await get(`?ticket=${ticket}`)).status).toBe(200);
    expect((await get(`?ticket=${ticket}`, {}, 'news')).status).toBe(404);
  }
});

test('the ticket of another job does not open it', async () => {
  const ticket = await createTicket(ann, jobs.other);
  expect((await get(`?ticket=${ticket}`)).status).toBe(404);
  expect((await get(`?ticket=${ticket}`, {}, 'news')).status).toBe(200);
});

test('a ticket shows the video of a result, and neither where it is nor what else was made of it', async () => {
  const again = await startJob(ann, 'summarizeVideo', {
    videoId,
    personaId: (await createSubjects(ann)).personaId,
  });
  await followJob(ann, 'sse', again['id']);
  const result = '... on VideoSummarizationJob { result { id';
  const { data } = await watch(
    jobs.summary,
    `${result} video { id mediaUrl summaries { id } detections { id } } } }`,
  );
  const { id, video } = data!['jobUpdated'].result;
  expect(video).toEqual({
    id: videoId,
    mediaUrl: `media/${videoId}`,
    summaries: [{ id }],
    detections: [],
  });
  const { errors } = await watch(jobs.summary, `${result} video { path } } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('a ticket that is revoked opens nothing more', async () => {
  const ticket = await createTicket(ann, jobs.claims);
  await ann.request(`mutation ($id: ID!) { revokeJobTickets(jobId: $id) { __typename } }`, {
    id: jobs.claims,
  });
  await eventually(async () => expect((await get(`?ticket=${ticket}`)).status).toBe(401));
});
