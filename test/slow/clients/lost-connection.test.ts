import { expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startTestContext } from '../../environment/app/resolver-context.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startRedis } from '../../environment/programs/redis.ts';

expectNoLeaks();

/** Rows are not compared for silence alone while this test runs. */
const staleAfterMs = 3_600_000;

test('a message that was sent while Redis was away is made good as soon as it is back', async () => {
  await using testStack = await createTestStack('external');
  const redis = await startRedis();
  const env = { ...testStack.env, REDIS_URL: redis.url };
  await using writer = await openTestStack({ ...testStack, env });
  await using reader = await openTestStack({ ...testStack, env });
  await using services = startTestContext(reader, { staleAfterMs });
  const { id: jobId } = await insertTestJob(writer.db);
  const source = await services.live.watchJob(localSession.viewer, jobId);
  expect((await source!.next()).value).toMatchObject({ version: 1 });

  await redis[Symbol.asyncDispose]();
  const changed = await applyJobUpdates(writer.db, [
    { jobId, round: 1, eventId: 1n, state: 'COMPLETED', attempt: 1 },
  ]);
  await expect(publishJobs(writer.broker, changed)).rejects.toThrow();
  await using again = await startRedis(Number(new URL(redis.url).port));
  expect(again.url).toBe(redis.url);

  expect((await source!.next()).value).toMatchObject({ version: 2, state: 'COMPLETED' });
});
