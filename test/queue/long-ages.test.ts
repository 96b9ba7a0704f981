import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** The greatest Int: as milliseconds, 24.8 days. */
const maxInt = 2_147_483_647;

const disposables = new AsyncDisposableStack();
let server: ApiServer;

beforeAll(async () => {
  server = disposables.use(await startApiServer('external'));
});

afterAll(() => disposables.disposeAsync());

test('an age of sixty days is shown as the greatest Int', async () => {
  const { db } = server.stack;
  const [waiting, running, ended] = await insertTestJobs(db, 3);
  await sql`
      update job set created_at = now() - interval '60 days',
        state = case id when ${running!.id} then 'ACTIVE' when ${ended!.id} then 'COMPLETED' else state end,
        started_at = case when id <> ${waiting!.id} then now() - interval '60 days' end,
        finished_at = case when id = ${ended!.id} then now() end`.execute(db);
  const answer = await createGraphQLClient(server.url).request(
    `query ($running: ID!, $ended: ID!) {
        queue(type: VIDEO_SUMMARIZATION) { oldestQueuedAgeMs averageDurationMs counts { queued active } }
        queues { oldestQueuedAgeMs }
        running: job(id: $running) { durationMs }
        ended: job(id: $ended) { durationMs estimatedCompletionAt }
      }`,
    { running: running!.id, ended: ended!.id },
  );
  expect(answer).toMatchObject({
    queue: {
      oldestQueuedAgeMs: maxInt,
      averageDurationMs: maxInt,
      counts: { queued: 1, active: 1 },
    },
    running: { durationMs: maxInt },
    ended: { durationMs: maxInt },
  });
});
