import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/tables.ts';
import { admitFollowers, listDispatched } from '../../src/jobs/rows/dispatch.ts';
import {
  cancelFollowers,
  expireJobs,
  listOverdue,
  releaseDelayed,
} from '../../src/jobs/rows/due.ts';
import { listHandedOver, listTypesToDispatch, takeTurns } from '../../src/queue/turns.ts';
import { createTestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { insertWaitingJobs } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
const jobCount = 20_000;
/** Rows that a statement may read which has nothing to do with those that wait: pages of a sweep, and the window. */
const someRows = 400;

const disposables = new AsyncDisposableStack();
let stack: OpenStack;

/** A backlog of which PostgreSQL's statistics know nothing yet, as all of it came just now. */
beforeAll(async () => {
  stack = disposables.use(await openTestStack(disposables.use(await createTestStack('external'))));
  const { db } = stack;
  await sql`alter table job set (autovacuum_enabled = false)`.execute(db);
  await insertWaitingJobs(db, jobCount, { analyze: false });
  const turns = { type, ratePerMinute: null, perOwner: null, expectedDurationMs: 1_000 };
  await takeTurns(db, { ...turns, ownerWeights: {} });
});

afterAll(() => disposables.disposeAsync());

/** Rows of the jobs' table that PostgreSQL read to run a statement. */
async function countRowsRead(run: (db: Database) => Promise<unknown>): Promise<number> {
  return stack.db.transaction().execute(async (trx) => {
    const count = async () => {
      const { rows } = await sql<{ rows: number }>`
        select (pg_stat_get_xact_tuples_returned('job'::regclass)
          + pg_stat_get_xact_tuples_fetched('job'::regclass))::int as rows`.execute(trx);
      return rows[0]!.rows;
    };
    const before = await count();
    await run(trx);
    return (await count()) - before;
  });
}

const statements: Record<string, (db: Database) => Promise<unknown>> = {
  expireJobs,
  cancelFollowers,
  releaseDelayed,
  admitFollowers,
  listOverdue,
  listTypesToDispatch: (db) => listTypesToDispatch(db, [type, 'CLAIM_EXTRACTION']),
  listHandedOver: (db) => listHandedOver(db, type),
  listDispatched: (db) => listDispatched(db, type, undefined, 0),
};

test.each(Object.keys(statements))('%s does not read a backlog that is new', async (name) => {
  expect(await countRowsRead(statements[name]!)).toBeLessThan(someRows);
});
