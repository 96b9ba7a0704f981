import { randomUUID } from 'node:crypto';
import { pascalName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack } from '../app/app.ts';
import type { StackKind } from '../app/app.ts';
import { startAppWithDatabase } from '../app/app-with-database.ts';
import type { AppWithDatabase } from '../app/app-with-database.ts';
import { streamAnswer, defaultAnswer } from '../model-service/answers.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../jobs/jobs.ts';
import { testSubjects } from '../subjects/index.ts';
import type { Ids } from '../subjects/test-subject.ts';
import { followBatch, startBatch } from '../jobs/batches.ts';
import { keyOfBatch, nameBatch, nameInput } from './named-inputs.ts';
import { accounts, signIn } from './credentials.ts';

export interface Tenant {
  graphql: GraphQLClient;
  token: string;
  ids: Ids;
  /** A word that is in each of their texts, and in none of the other tenant's. */
  mark: string;
}

/** An app with two tenants, who each have a video with the same id, `harbour`. */
export interface TwoTenants extends AsyncDisposable {
  app: AppWithDatabase;
  ann: Tenant;
  ben: Tenant;
  /** Ids like Ann's, which nobody has. */
  missing: Ids;
}

export async function startTwoTenants(kind: StackKind): Promise<TwoTenants> {
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
  // From now on, answers of the model service have no marks.
  model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
  const opened = disposables.move();
  const missing = toMissing(ann.ids);
  return { app, ann, ben, missing, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Reads all rows of Ann. */
export async function readRows({ app: { db }, ann }: TwoTenants) {
  const { owner } = ann.ids;
  const jobs = db.selectFrom('job').selectAll().where('owner', '=', owner).orderBy('id');
  const videos = db.selectFrom('video').selectAll().where('owner', '=', owner).orderBy('id');
  const personas = db.selectFrom('persona').selectAll().where('owner', '=', owner);
  return Promise.all([jobs.execute(), videos.execute(), personas.execute()]);
}

/** Of a file that is not there, so that nobody else can say. */
const format = { width: 64, height: 36, durationSeconds: 4, frameRate: 25 };

/** Creates an owner with one of everything: a video, a persona, jobs of each type and state, and their results. */
async function createTenant(
  app: AppWithDatabase,
  model: FakeModelService,
  { mark, videoId }: { mark: string; videoId: string },
): Promise<Tenant> {
  const owner = `owner-${mark}`;
  const token = await signIn(owner);
  const graphql = createGraphQLClient(app.url, token);
  const text = (what: string) => `${what} of ${mark}`;
  const { videoId: videoNodeId, personaId } = await createSubjects(
    graphql,
    { id: videoId, title: text('News'), path: `${mark}/news.mp4`, ...format },
    { name: text('Analyst'), role: text('Economist'), informationNeed: text('Needs') },
  );
  const input = { videoId, personaId };
  const line = { log: { level: 'info' as const, message: text('Frames') } };
  const answer = streamAnswer('/api/summarize', [line]);
  model.answer('/api/summarize', answer);
  const idempotencyKey = `key-${mark}`;

  const videoCursor = toCursor(owner, videoId);
  const ids: Partial<Ids> = { owner, videoId, videoNodeId, videoCursor, personaId };
  for (const { definition, ids: names } of testSubjects.flatMap(({ job }) => job ?? [])) {
    const known = jobDefinitions.find(({ type }) => type === definition.type)!;
    const named = nameInput(known, ids);
    const { id } = await startJob(graphql, known.mutation, named, { idempotencyKey });
    await followJob(graphql, 'sse', id);
    Object.assign(ids, { [names.job]: id, [names.result]: await readResultId(graphql, id) });
  }
  const pipeline = await runPipeline(graphql, input, `${idempotencyKey}-4`);

  const { batch } = await startBatch(graphql, nameBatch(ids), {
    idempotencyKey: keyOfBatch({ idempotencyKey }),
    basedOn: ids.jobId,
  });
  await followBatch(graphql, 'sse', batch.id);

  model.answer('/api/summarize', { status: 422, json: { detail: 'no such video' } });
  const failed = await startJob(graphql, 'summarizeVideo', input);
  await followJob(graphql, 'sse', failed['id']);
  model.answer('/api/summarize', answer);
  const waiting = await startJob(graphql, 'summarizeVideo', input, { delayMs: 3_600_000 });
  Object.assign(ids, {
    ...pipeline,
    claimId: await readClaimId(graphql, ids['extractionJobId']!),
    batchId: batch.id,
    failedJobId: failed['id'],
    waitingJobId: waiting['id'],
    idempotencyKey,
  });
  return { graphql, token, ids: ids as Ids, mark };
}

/** Turns ids into ids of the same length, and cursors to the same place of a list, that nobody has. */
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

async function readClaimId(graphql: GraphQLClient, extractionJobId: string): Promise<string> {
  const { job } = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on ClaimExtractionJob { result { claims { id } } } } }`,
    { id: extractionJobId },
  );
  return job.result.claims[0].id;
}

/** Returns the ids of the pipeline and of its last job. */
async function runPipeline(
  graphql: GraphQLClient,
  input: object,
  idempotencyKey: string,
): Promise<Pick<Ids, 'pipelineId' | 'pipelineJobId'>> {
  const { analyzeVideo } = await graphql.request(
    `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
      analyzeVideo(input: $input, options: $options) {
        ... on AnalyzeVideoPayload { pipeline { id jobs { id } } } } }`,
    { input, options: { idempotencyKey } },
  );
  const { id: pipelineId, jobs } = analyzeVideo.pipeline;
  const pipelineJobId = jobs.at(-1).id;
  await followJob(graphql, 'sse', pipelineJobId);
  return { pipelineId, pipelineJobId };
}
