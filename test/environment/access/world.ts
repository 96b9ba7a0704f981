import { randomUUID } from 'node:crypto';
import { pascalName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack } from '../app/app.ts';
import type { StackKind } from '../app/app.ts';
import { startAppWithDatabase } from '../app/app-with-database.ts';
import type { AppWithDatabase } from '../app/app-with-database.ts';
import { answerInLines, usualAnswer } from '../model-service/answers.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../jobs/jobs.ts';
import { testSubjects } from '../subjects/index.ts';
import type { Ids } from '../subjects/test-subject.ts';
import { nameInput } from './actions.ts';
import { accounts, signIn } from './people.ts';

export interface Tenant {
  graphql: GraphQLClient;
  token: string;
  ids: Ids;
  /** In every text of theirs, and in none of anybody else's. */
  mark: string;
}

/** Two who know nothing of each other, though each has a video that they call the same. */
export interface AccessWorld extends AsyncDisposable {
  app: AppWithDatabase;
  ann: Tenant;
  ben: Tenant;
  /** What neither has, as like to what Ann has as can be. */
  missing: Ids;
}

export async function openAccessWorld(kind: StackKind): Promise<AccessWorld> {
  await using disposables = new AsyncDisposableStack();
  const stack = disposables.use(await createTestStack(kind));
  const model = disposables.use(await startFakeModelService());
  const app = disposables.use(
    await startAppWithDatabase(stack, { ...accounts, MODEL_SERVICE_URL: model.url }),
  );
  const ann = await createTenant(app, model, { mark: 'oriole', videoId: 'video-of-oriole' });
  const subjects = await createSubjects(ann.graphql, {
    id: 'harbour',
    title: 'Harbour of oriole',
    path: 'oriole.mp4',
  });
  const { id } = await startJob(ann.graphql, 'summarizeVideo', subjects);
  await followJob(ann.graphql, 'sse', id);
  const ben = await createTenant(app, model, { mark: 'plover', videoId: 'harbour' });
  // What runs from now on says nothing of anybody by itself.
  model.answer('/api/summarize', (call) => usualAnswer('/api/summarize', call));
  const opened = disposables.move();
  const missing = toMissing(ann.ids);
  return { app, ann, ben, missing, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** What there is of Ann's, and how far it is. */
export async function readRows({ app: { db }, ann }: AccessWorld) {
  const { owner } = ann.ids;
  const jobs = db.selectFrom('job').selectAll().where('owner', '=', owner).orderBy('id');
  const videos = db.selectFrom('video').selectAll().where('owner', '=', owner).orderBy('id');
  const personas = db.selectFrom('persona').selectAll().where('owner', '=', owner);
  return Promise.all([jobs.execute(), videos.execute(), personas.execute()]);
}

/** An owner who has one of everything: what they watch, for whom, jobs of each kind and state, and what these made. */
async function createTenant(
  app: AppWithDatabase,
  model: FakeModelService,
  { mark, videoId }: { mark: string; videoId: string },
): Promise<Tenant> {
  const owner = `owner-${mark}`;
  const token = await signIn(owner);
  const graphql = createGraphQLClient(app.url, token);
  const text = (what: string) => `${what} of ${mark}`;
  const { personaId } = await createSubjects(
    graphql,
    { id: videoId, title: text('News'), path: `${mark}/news.mp4` },
    { name: text('Analyst'), role: text('Economist'), informationNeed: text('Needs') },
  );
  const input = { videoId, personaId };
  const said = { log: { level: 'info' as const, message: text('Frames') } };
  const answer = answerInLines('/api/summarize', [said]);
  model.answer('/api/summarize', answer);
  const idempotencyKey = `key-${mark}`;

  const ids: Partial<Ids> = { owner, videoId, videoCursor: toCursor(owner, videoId), personaId };
  for (const { definition, ids: names } of testSubjects.flatMap(({ job }) => job ?? [])) {
    const known = jobDefinitions.find(({ type }) => type === definition.type)!;
    const named = nameInput(known, ids);
    const { id } = await startJob(graphql, known.mutation, named, { idempotencyKey });
    await followJob(graphql, 'sse', id);
    Object.assign(ids, { [names.job]: id, [names.result]: await readResultId(graphql, id) });
  }
  const pipelineJobId = await runPipeline(graphql, input, `${idempotencyKey}-4`);

  model.answer('/api/summarize', { status: 422, json: { detail: 'no such video' } });
  const failed = await startJob(graphql, 'summarizeVideo', input);
  await followJob(graphql, 'sse', failed['id']);
  model.answer('/api/summarize', answer);
  const waiting = await startJob(graphql, 'summarizeVideo', input, { delayMs: 3_600_000 });
  Object.assign(ids, {
    pipelineJobId,
    failedJobId: failed['id'],
    waitingJobId: waiting['id'],
    idempotencyKey,
  });
  return { graphql, token, ids: ids as Ids, mark };
}

/** What nobody has, and looks like what somebody has: ids as long, and where they would be in a list. */
function toMissing(ids: Ids): Ids {
  const missing = Object.entries(ids).map(([name, id]) => [
    name,
    `${id.slice(0, -1)}${id.endsWith('1') ? '2' : '1'}`,
  ]);
  const named = Object.fromEntries(missing) as unknown as Ids;
  return { ...named, personaId: randomUUID(), videoCursor: toCursor(ids.owner, named.videoId) };
}

function toCursor(owner: string, videoId: string): string {
  return Buffer.from(JSON.stringify([owner, videoId])).toString('base64url');
}

async function readResultId(graphql: GraphQLClient, id: string): Promise<string> {
  const { job } = await graphql.request(
    `query ($id: ID!) { job(id: $id) {
      ${jobDefinitions.map((it) => `... on ${pascalName(it)}Job { result { id } }`).join(' ')}
    } }`,
    { id },
  );
  return job.result.id;
}

/** The id of its last job. */
async function runPipeline(
  graphql: GraphQLClient,
  input: object,
  idempotencyKey: string,
): Promise<string> {
  const { analyzeVideo } = await graphql.request(
    `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
      analyzeVideo(input: $input, options: $options) {
        ... on AnalyzeVideoPayload { pipeline { jobs { id } } } } }`,
    { input, options: { idempotencyKey } },
  );
  const { id } = analyzeVideo.pipeline.jobs.at(-1);
  await followJob(graphql, 'sse', id);
  return id;
}
