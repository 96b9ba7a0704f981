import { sql } from 'kysely';
import { finalStates } from '../../../src/jobs/rows/row.ts';
import type { Database } from '../../../src/db/tables.ts';
import { toPosition } from '../../../src/queue/bridge/job-events.ts';
import type { AttemptRecord, ResultRecord, RunRecord } from '../record.ts';
import { seedPrefix } from '../load/work.ts';

/** Counts the jobs of the run that are not final. */
export async function countUnfinished(db: Database): Promise<number> {
  return (await listUnfinished(db)).length;
}

/** Counts the jobs whose last event is from this time, in ms since 1970, or later, by the clock of Redis. */
export async function countAppliedSince(db: Database, time: number): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(sql<number>`count(*)::int`.as('count'))
    .where(sql<boolean>`event_id >= ${String(toPosition(`${time}-0`))}::bigint`)
    .executeTakeFirstOrThrow();
  return count;
}

/** The ids of the run's jobs that are not final, oldest first. */
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

/** Counts how many of these jobs are final. */
export async function countFinal(db: Database, ids: readonly string[]): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('state', 'in', finalStates)
    .where('id', 'in', ids)
    .executeTakeFirstOrThrow();
  return count;
}

/** The ids of jobs that a worker runs, according to the rows: their attempts are open. */
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

/** The process that reconciles; undefined if none has the lease. */
export async function findLeaseHolder(db: Database): Promise<string | undefined> {
  const lease = await db
    .selectFrom('lease')
    .select('holder')
    .where('name', '=', 'leader')
    .where('expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return lease?.holder;
}

/** Reads the run's jobs, their failed attempts and their results. */
export async function readRows(
  db: Database,
): Promise<Pick<RunRecord, 'jobs' | 'attempts' | 'results'>> {
  const jobs = await db.selectFrom('job').selectAll().where(isOfRun('job')).orderBy('id').execute();
  const { rows: attempts } = await sql<AttemptRecord>`
    select job_id, number, attempt.error ->> 'code' as code
    from job_attempt attempt join job on job.id = job_id
    where attempt.error is not null and ${isOfRun('job')}`.execute(db);
  // A summary is one row; the other results have rows of their own for their parts.
  const { rows: results } = await sql<ResultRecord>`
    select 'video_summary' as table, result.id, job_id, 1 as parts, 1 as expected_parts
      from video_summary result join job on job.id = job_id where ${isOfRun('job')}
    union all
    select 'claim_extraction', result.id, job_id,
      (select count(*)::int from claim where extraction_id = result.id), total_claims
      from claim_extraction result join job on job.id = job_id where ${isOfRun('job')}
    union all
    select 'claim_synthesis', result.id, job_id,
      (select count(*)::int from claim_synthesis_source where synthesis_id = result.id),
      jsonb_array_length(job.input -> 'summaryIds')
      from claim_synthesis result join job on job.id = job_id where ${isOfRun('job')}`.execute(db);
  return { jobs, attempts, results };
}

/** Excludes jobs that were inserted as input for others. */
function isOfRun(table: 'job') {
  return sql<boolean>`coalesce(${sql.ref(`${table}.idempotencyKey`)}, '') not like ${`${seedPrefix}%`}`;
}
