import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { insertBatch } from '../../src/jobs/batches/insert.ts';
import { listUncounted, refreshBatches } from '../../src/jobs/batches/refresh.ts';
import { deleteEndedJobs } from '../../src/jobs/rows/retention.ts';
import { finalStates } from '../../src/jobs/rows/row.ts';
import type { JobState } from '../../src/jobs/rows/row.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
const { owner } = localSession.viewer;

const stack = useTestStack('external');

afterEach(async () => {
  await sql`truncate job, batch, batch_change cascade`.execute(stack.db);
});

async function insert(count: number): Promise<{ id: string; jobIds: string[] }> {
  const job = { type, owner, input: {}, maxAttempts: 1, priority: 'NORMAL' as const };
  const jobs = Array.from({ length: count }, () => ({
    ...job,
    id: uuidv7(),
    resultId: uuidv7(),
  }));
  const submission = { owner, idempotencyKey: undefined, inputHash: '' };
  const batch = { ...submission, id: uuidv7(), name: undefined };
  const inserted = await insertBatch(stack.db, batch, jobs);
  return { id: batch.id, jobIds: inserted!.jobs.map(({ id }) => id) };
}

async function setState(jobId: string, state: JobState, progress = 0): Promise<void> {
  const isFinal = (finalStates as readonly string[]).includes(state);
  await sql`
      update job set version = version + 1, state = ${state}, progress = ${progress},
        finished_at = case when ${isFinal} then now() end
      where id = ${jobId}`.execute(stack.db);
}

async function read(id: string) {
  return stack.db.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst();
}

const [done, failed, canceled, expired] = ['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED'] as const;

test.each<[JobState[], string]>([
  [[done, done], 'COMPLETED'],
  [[failed, failed], 'FAILED'],
  [[canceled, canceled], 'CANCELED'],
  [[expired, expired], 'PARTIAL'],
  [[done, failed], 'PARTIAL'],
  [[failed, canceled], 'PARTIAL'],
  [[done, 'ACTIVE'], 'RUNNING'],
  [[failed, 'DELAYED'], 'RUNNING'],
])('jobs that are %j make it %s', async (states, state) => {
  const { id, jobIds } = await insert(states.length);
  for (const [index, jobId] of jobIds.entries()) await setState(jobId, states[index]!);
  const [batch] = await refreshBatches(stack.db, [id]);
  expect(batch).toMatchObject({ id, state, version: 2 });
  expect(batch!.completedAt === null).toBe(state === 'RUNNING');
  expect(batch!.counts).toEqual(
    Object.fromEntries(states.map((it) => [it, states.filter((other) => other === it).length])),
  );
});

test('the version grows only with what is told, and progress is the mean, rounded down', async () => {
  const { id, jobIds } = await insert(3);
  const other = await insert(1);
  expect(await refreshBatches(stack.db, [id, other.id])).toEqual([]);
  await setState(jobIds[0]!, 'ACTIVE', 50);
  await setState(jobIds[1]!, 'ACTIVE', 49);
  expect(await refreshBatches(stack.db, [id, other.id])).toMatchObject([
    { id, version: 2, progress: 33, counts: { ACTIVE: 2, QUEUED: 1 } },
  ]);
  // Its mean is still 33.
  await setState(jobIds[0]!, 'ACTIVE', 51);
  expect(await refreshBatches(stack.db, [id])).toEqual([]);
  expect(await read(id)).toMatchObject({ version: 2 });
});

test('it has ended when its last job has, and a job that starts over makes it run again', async () => {
  const { id, jobIds } = await insert(2);
  for (const jobId of jobIds) await setState(jobId, failed);
  const [ended] = await refreshBatches(stack.db, [id]);
  const { rows } = await sql<{ last: Date }>`select max(finished_at) as last from job`.execute(
    stack.db,
  );
  expect(ended).toMatchObject({ state: 'FAILED', completedAt: rows[0]!.last });
  await setState(jobIds[0]!, 'QUEUED');
  const [again] = await refreshBatches(stack.db, [id]);
  expect(again).toMatchObject({ state: 'RUNNING', completedAt: null, version: 3 });
});

test('a change is uncounted until it is counted, and changes without a batch never are', async () => {
  const { id, jobIds } = await insert(2);
  expect((await listUncounted(stack.db)).ids).toEqual([]);
  await setState(jobIds[0]!, 'ACTIVE', 5);
  await setState(jobIds[1]!, 'ACTIVE', 5);
  expect((await listUncounted(stack.db)).ids).toEqual([id]);
  await refreshBatches(stack.db, [id]);
  expect((await listUncounted(stack.db)).ids).toEqual([]);
  // What a batch does not show leaves no entry.
  await sql`update job set version = version + 1, stage = 'Looking'`.execute(stack.db);
  await sql`update job set batch_id = null where id = ${jobIds[0]}`.execute(stack.db);
  await setState(jobIds[0]!, done);
  expect((await listUncounted(stack.db)).ids).toEqual([]);
});

test('of many that count at once, the last has counted everything', async () => {
  const batches = await Promise.all([insert(20), insert(20), insert(20)]);
  const ids = batches.map(({ id }) => id);
  const shuffled = [ids, ids.toReversed(), [ids[1]!, ids[0]!, ids[2]!]];
  const work = batches.flatMap(({ jobIds }) =>
    jobIds.map(async (jobId, index) => {
      await setState(jobId, 'ACTIVE', 10);
      await refreshBatches(stack.db, shuffled[index % 3]!);
      await setState(jobId, done, 100);
      await refreshBatches(stack.db, shuffled[(index + 1) % 3]!);
    }),
  );
  const versions = (await Promise.all(work)) && (await Promise.all(ids.map(read)));
  for (const batch of versions) {
    expect(batch).toMatchObject({ state: 'COMPLETED', progress: 100, counts: { COMPLETED: 20 } });
  }
  expect((await listUncounted(stack.db)).ids).toEqual([]);
});

test('it stays as it ended while its jobs are deleted, and goes with the last', async () => {
  const { id, jobIds } = await insert(4);
  for (const [index, jobId] of jobIds.entries()) await setState(jobId, index < 3 ? done : failed);
  await refreshBatches(stack.db, [id]);
  const before = await read(id);
  await sql`update job set finished_at = now() - interval '40 days' where state = 'FAILED'`.execute(
    stack.db,
  );
  await deleteEndedJobs(stack.db, type, 30, 200);
  expect((await listUncounted(stack.db)).ids).toEqual([id]);
  expect(await refreshBatches(stack.db, [id])).toEqual([]);
  expect(await read(id)).toEqual(before);
  await sql`update job set finished_at = now() - interval '40 days'`.execute(stack.db);
  await deleteEndedJobs(stack.db, type, 30, 200);
  await refreshBatches(stack.db, [id]);
  expect(await read(id)).toBeUndefined();
  expect((await listUncounted(stack.db)).ids).toEqual([]);
});
