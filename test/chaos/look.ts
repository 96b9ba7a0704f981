import { sql } from 'kysely';
import { finalStates } from '../../src/jobs/rows/row.ts';
import type { Database } from '../../src/db/tables.ts';
import { toPosition } from '../../src/queue/bridge/job-events.ts';
import { isOfRun } from './read-rows.ts';

/** How many jobs of the run are not final. */
export async function countUnfinished(db: Database): Promise<number> {
  return (await listUnfinished(db)).length;
}

/** Jobs of the run whose last event is of this time, in ms since 1970, or later by the clock of Redis. */
export async function countAppliedSince(db: Database, time: number): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(sql<number>`count(*)::int`.as('count'))
    .where(sql<boolean>`event_id >= ${String(toPosition(`${time}-0`))}::bigint`)
    .executeTakeFirstOrThrow();
  return count;
}

/** Jobs of the run that are not final, oldest first. */
export async function listUnfinished(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where('state', 'not in', finalStates)
    .where(isOfRun('job'))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** How many of the jobs are final. */
export async function countFinal(db: Database, ids: readonly string[]): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('state', 'in', finalStates)
    .where('id', 'in', ids)
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

/** Who leads; undefined when nobody has said so in time. */
export async function findLeaseHolder(db: Database): Promise<string | undefined> {
  const lease = await db
    .selectFrom('lease')
    .select('holder')
    .where('name', '=', 'leader')
    .where('expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return lease?.holder;
}
