import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { eventually } from '../../environment/eventually.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';

expectNoLeaks();

test('an app keeps what it says of a job, and tells how well that held', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  await using app = await startAppWithDatabase(stack, { MODEL_SERVICE_URL: model.url });
  const { db, url } = app;
  await insertTestJobs(db, 12);
  const ran = { startedAt: sql<Date>`now() - interval '1 hour'`, finishedAt: sql<Date>`now()` };
  await db
    .updateTable('job')
    .set({ ...ran, state: 'COMPLETED' })
    .execute();
  const graphql = createGraphQLClient(url);
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
  const find = () =>
    db.selectFrom('estimatePromise').selectAll().where('jobId', '=', id).executeTakeFirstOrThrow();
  const promise = await eventually(find);
  expect(promise).toMatchObject({ type: 'VIDEO_SUMMARIZATION', round: 1, endedAt: null });
  gate.open();
  // It was said to take an hour.
  await eventually(async () => expect((await find()).endedAt).toEqual(expect.any(Date)));
  const selection = 'state estimate { coverage }';
  const another = model.hold('/api/summarize');
  const next = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
  await another.reached();
  await eventually(async () => {
    const data = await graphql.request(`{ job(id: "${next['id']}") { ${selection} } }`);
    expect(data['job']).toEqual({ state: 'ACTIVE', estimate: { coverage: 0 } });
  });
  another.open();
});
