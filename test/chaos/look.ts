import { sql } from 'kysely';
import { finalStates } from '../../src/db/job-row.ts';
import type { Database } from '../../src/db/tables.ts';
import { isOfRun } from './read-rows.ts';

/** Jobs of the run that are not final. */
export async function countUnfinished(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('state', 'not in', finalStates)
    .where(isOfRun('job'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Jobs that a worker is at, as far as anybody knows: none of them has ended, or begun elsewhere. */
export async function listOpenJobs(db: Database, worker: string): Promise<string[]> {
  const rows = await db
    .selectFrom('jobAttempt')
    .innerJoin('job', 'job.id', 'jobAttempt.jobId')
    .select('job.id')
    .where('worker', '=', worker)
    .where('jobAttempt.finishedAt', 'is', null)
    .where('job.state', 'not in', finalStates)
    .execute();
  return rows.map(({ id }) => id);
}

/** Who reconciles; undefined when nobody has the lease. */
export async function findLeaseHolder(db: Database): Promise<string | undefined> {
  const lease = await db
    .selectFrom('lease')
    .select('holder')
    .where('name', '=', 'reconciler')
    .where('expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return lease?.holder;
}
