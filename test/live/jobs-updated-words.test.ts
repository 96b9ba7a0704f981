import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { listJobsById } from '../../src/jobs/rows/list.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const document = `subscription ($filter: JobFilter) {
  jobsUpdated(filter: $filter) { matches job { id version } } }`;
const error = JSON.stringify({
  code: 'MODEL_TIMEOUT',
  message: 'Late.',
  retryable: true,
  attempt: 1,
});

const server = useApiServer('external');

async function change(id: string, state: string, failure: string | null): Promise<void> {
  const { db, broker } = server.stack;
  await sql`update job set state = ${state}, version = version + 1, error = ${failure}::jsonb,
      finished_at = case when ${state} = 'FAILED' then now() end where id = ${id}`.execute(db);
  await publishJobs(broker, await listJobsById(db, [id]));
}

test('a job comes when it has the words, and leaves when it has them no more', async () => {
  const harbour = await createSubjects(server.graphql, { title: 'Harbour', path: 'a.mp4' });
  const market = await createSubjects(server.graphql, { title: 'Market', path: 'b.mp4' });
  const start = async (input: object) =>
    (await startJob(server.graphql, 'summarizeVideo', input))['id'] as string;
  const before = await start(harbour);
  await start(market);
  const watch = (text: string) => {
    const client = createGraphQLClient(server.url);
    return client.subscribe('sse', document, { filter: { text } });
  };
  const [ofTitle, ofError] = [watch('harb'), watch('late')];
  const next = async (answers: typeof ofTitle) => (await answers.next()).value.data['jobsUpdated'];
  expect(await next(ofTitle)).toMatchObject({ matches: true, job: { id: before } });
  expect(await next(ofTitle)).toMatchObject({ job: null });
  expect(await next(ofError)).toMatchObject({ job: null });

  await start(market);
  const after = await start(harbour);
  expect(await next(ofTitle)).toMatchObject({ matches: true, job: { id: after } });

  const { id } = await insertTestJob(server.stack.db);
  await change(id, 'FAILED', error);
  expect(await next(ofError)).toEqual({ matches: true, job: { id, version: 2 } });
  await change(id, 'QUEUED', null);
  expect(await next(ofError)).toEqual({ matches: false, job: { id, version: 3 } });
  await change(id, 'FAILED', error);
  expect(await next(ofError)).toEqual({ matches: true, job: { id, version: 4 } });
  await Promise.all([ofTitle.return?.(), ofError.return?.()]);
});
