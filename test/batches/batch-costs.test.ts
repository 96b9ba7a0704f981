import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import type { DatabaseTransaction } from '../../src/db/tables.ts';
import { insertBatch } from '../../src/jobs/batches/insert.ts';
import { countBatches } from '../../src/jobs/batches/refresh.ts';
import { countJobsByState } from '../../src/jobs/rows/count.ts';
import { listJobs } from '../../src/jobs/rows/pages.ts';
import { createTestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const { viewer } = localSession;
const disposables = new AsyncDisposableStack();
const others = 20_000;
const batchId = uuidv7();
const jobs = Array.from({ length: 500 }, () => ({
  type: 'VIDEO_SUMMARIZATION',
  owner: viewer.owner,
  input: {},
  maxAttempts: 1,
  priority: 'NORMAL' as const,
  id: uuidv7(),
  resultId: uuidv7(),
}));
let stack: OpenStack;

beforeAll(async () => {
  stack = disposables.use(await openTestStack(disposables.use(await createTestStack('external'))));
  await insertWaitingJobs(stack.db, others);
  const submission = { owner: viewer.owner, idempotencyKey: undefined, inputHash: '' };
  await insertBatch(stack.db, { ...submission, id: batchId, name: undefined }, jobs);
  await sql`analyze job`.execute(stack.db);
});

afterAll(() => disposables.disposeAsync());

interface Costs {
  sequentialScans: number;
  /** Entries of the index of batches. */
  entriesRead: number;
  hotUpdates: number;
}

async function measure(run: (trx: DatabaseTransaction) => Promise<unknown>): Promise<Costs> {
  const read = async (trx: DatabaseTransaction) => {
    const { rows } = await sql<Costs>`
      select pg_stat_get_xact_numscans('job'::regclass)::int as sequential_scans,
        pg_stat_get_xact_tuples_returned('job_of_batch'::regclass)::int as entries_read,
        pg_stat_get_xact_tuples_hot_updated('job'::regclass)::int as hot_updates`.execute(trx);
    return rows[0]!;
  };
  return stack.db.transaction().execute(async (trx) => {
    const before = await read(trx);
    await run(trx);
    const after = await read(trx);
    return {
      sequentialScans: after.sequentialScans - before.sequentialScans,
      entriesRead: after.entriesRead - before.entriesRead,
      hotUpdates: after.hotUpdates - before.hotUpdates,
    };
  });
}

test('a batch is counted by reading its own jobs alone', async () => {
  const { sequentialScans, entriesRead } = await measure((trx) => countBatches(trx, [batchId]));
  expect(sequentialScans).toBe(0);
  // Once to count, and once to see that there is one.
  expect(entriesRead).toBeLessThanOrEqual(jobs.length + 1);
});

test('its jobs are listed and counted without those of others', async () => {
  const page = { limit: 21, after: undefined, before: undefined, inverted: false };
  const listed = await measure((trx) => listJobs(trx, viewer, { batchId }, page));
  expect(listed.sequentialScans).toBe(0);
  const counted = await measure((trx) => countJobsByState(trx, viewer, { batchId }));
  expect(counted.sequentialScans).toBe(0);
});

test('progress of its jobs updates no index, and leaves one entry each', async () => {
  const { hotUpdates } = await measure(async (trx) => {
    await sql`update job set version = version + 1, progress = 5 where id = ${jobs[0]!.id}`.execute(
      trx,
    );
    await sql`update job set version = version + 1, progress = 5 where batch_id is null and id = (
      select min(id::text)::uuid from job where batch_id is null)`.execute(trx);
  });
  expect(hotUpdates).toBe(2);
  const entries = await stack.db.selectFrom('batchChange').selectAll().execute();
  expect(entries).toEqual([{ batchId }]);
});
