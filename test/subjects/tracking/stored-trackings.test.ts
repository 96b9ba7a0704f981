import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteOldResults } from '../../../src/jobs/rows/retention.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { eventually } from '../../environment/eventually.ts';
import { ageResults } from '../../environment/jobs/insert-jobs.ts';
import { followJob, startJob } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { answerAs, harbour, objectsOf, registerSimulated, trackPath } from './use-tracking.ts';

expectNoLeaks();

const opened = new AsyncDisposableStack();
let model: FakeModelService;
let app: AppWithDatabase;
let graphql: GraphQLClient;

beforeAll(async () => {
  const stack = opened.use(await createTestStack('external'));
  model = opened.use(await startFakeModelService());
  app = opened.use(await startAppWithDatabase(stack, { MODEL_SERVICE_URL: model.url }));
  graphql = createGraphQLClient(app.url);
});

afterAll(() => opened.disposeAsync());

const countRows = async (table: string) => {
  const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(table)}`.execute(app.db);
  return rows[0]!.count;
};

async function runJob(mutation: string, input: object, options = {}): Promise<string> {
  const { id } = await startJob(graphql, mutation, input, options);
  expect((await followJob(graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
  return id;
}

test('an attempt that another has taken over from keeps no further step', async () => {
  const gate = createGate();
  const answer = answerAs(harbour);
  model.answer(trackPath, async (call) => {
    const { frame_numbers } = call.body as { frame_numbers: number[] };
    if (frame_numbers[0] === 199) await gate.wait(call.signal);
    return answer(call);
  });
  const videoId = await registerSimulated(graphql, harbour);
  const { id } = await startJob(graphql, 'trackObjects', {
    videoId,
    objects: objectsOf(harbour),
  });
  await gate.reached();
  await sql`insert into job_attempt (job_id, number, round, worker) values (${id}, 2, 1, 'other')`.execute(
    app.db,
  );
  gate.open();
  await eventually(async () => {
    const attempts = await app.db
      .selectFrom('jobAttempt')
      .select(['number', 'finishedAt'])
      .where('jobId', '=', id)
      .orderBy('number')
      .execute();
    expect(attempts[0]!.finishedAt).not.toBeNull();
  });
  const steps = await app.db.selectFrom('objectTrackingStep').select('done').execute();
  expect(steps).toEqual([{ done: 200 }]);
  expect(await countRows('object_tracking')).toBe(0);
  await app.db.deleteFrom('job').where('id', '=', id).execute();
  expect(await countRows('object_tracking_step')).toBe(0);
});

test('equal inputs with one key are one job, and other objects are a conflict', async () => {
  model.answer(trackPath, answerAs(harbour));
  const videoId = await registerSimulated(graphql, harbour);
  const options = { idempotencyKey: 'one' };
  const input = { videoId, objects: objectsOf(harbour), endSeconds: 0.5 };
  await runJob('trackObjects', input, options);
  const send = async (given: object) => {
    const { trackObjects } = await graphql.request(
      `mutation ($input: TrackObjectsInput!, $options: JobOptions) {
          trackObjects(input: $input, options: $options) {
            __typename ... on TrackObjectsPayload { created } } }`,
      { input: given, options },
    );
    return trackObjects;
  };
  expect(await send({ ...input, detection: null })).toEqual({
    __typename: 'TrackObjectsPayload',
    created: false,
  });
  expect(await send({ ...input, objects: objectsOf(harbour).slice(1) })).toEqual({
    __typename: 'IdempotencyConflictError',
  });
});

test('an old tracking goes with its tracks and frames, and only then what it was made of', async () => {
  await app.db.deleteFrom('objectTracking').execute();
  model.answer(trackPath, answerAs(harbour));
  const videoId = await registerSimulated(graphql, harbour);
  const query = { query: 'tug', frames: { numbers: [0] } };
  const detectionJob = await runJob('detectObjects', { videoId, ...query });
  const { job } = await graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on ObjectDetectionJob { result { id } } } }',
    { id: detectionJob },
  );
  const detection = { detectionId: job.result.id };
  await runJob('trackObjects', { videoId, detection, endSeconds: 1 });
  expect(await countRows('object_track_frames')).toBe(1);

  await app.db.deleteFrom('job').execute();
  const kinds = jobDefinitions.map(({ result }) => result);
  const sweep = () => deleteOldResults(app.db, kinds, 200, 10);
  await ageResults(app.db, 'object_detection', 200);
  expect(await sweep()).toBe(0);
  await ageResults(app.db, 'object_tracking', 200);
  expect(await sweep()).toBe(2);
  const left = await Promise.all(
    ['object_tracking', 'object_track', 'object_track_frames', 'object_detection'].map(countRows),
  );
  expect(left).toEqual([0, 0, 0, 0]);
});
