import { sql } from 'kysely';
import { jobStates } from '../../jobs/job-row.ts';
import type { JobState } from '../../jobs/job-row.ts';
import { isUnfinishedJob, isWaitingJob } from '../../jobs/unfinished-jobs.ts';
import type { Database } from '../../db/tables.ts';

/** A queue in which jobs wait, and in which none has run for so long, stands still; a rate limit waits up to 60 s. */
export const idleSeconds = 120;
/** A row that is handed over takes a second or two. */
export const handoverSeconds = 30;
/** Rows of one kind that are looked at closely. */
const sampleSize = 100;

/** How many jobs of a type are not final, by state; of the final ones 0. */
export async function countJobs(db: Database, type: string): Promise<Record<JobState, number>> {
  const counts = Object.fromEntries(jobStates.map((state) => [state, 0]));
  const rows = await db
    .selectFrom('job')
    .select(['state', sql<number>`count(*)::int`.as('jobs')])
    .where('type', '=', type)
    .where(isUnfinishedJob)
    .groupBy('state')
    .execute();
  for (const { state, jobs } of rows) counts[state] = jobs;
  return counts as Record<JobState, number>;
}

/** Whether jobs of a type wait that could have begun long ago, and none has run meanwhile. */
export async function isIdle(db: Database, type: string): Promise<boolean> {
  const { rows } = await sql<{ idle: boolean }>`
    with since (moment) as (select now() - make_interval(secs => ${idleSeconds}))
    select exists (
        select from job, since where type = ${type} and state = 'QUEUED' and dispatched_at < moment
          and coalesce(run_at, dispatched_at) < moment
      ) and not exists (
        select from job, since where type = ${type} and state = 'ACTIVE'
      ) and not exists (
        select from job, since where type = ${type} and state = 'DELAYED' and attempt > 0
          and next_attempt_at > moment
      ) and not exists (
        select from job, since where type = ${type} and finished_at > moment and started_at is not null
      ) as idle`.execute(db);
  return rows[0]!.idle;
}

export interface Overdue {
  id: string;
  worker: string;
  seconds: number;
}

/** Jobs of a type whose run has begun longer ago than this, the oldest first. */
export async function listOverdue(db: Database, type: string, limitMs: number): Promise<Overdue[]> {
  const { rows } = await sql<Overdue>`
    select job.id, run.worker, extract(epoch from now() - run.started_at)::int as seconds
    from job join job_attempt run on run.job_id = job.id and run.number = job.attempt
    where job.type = ${type} and job.state = 'ACTIVE' and run.finished_at is null
      and run.started_at < now() - make_interval(secs => ${limitMs / 1_000})
    order by run.started_at limit ${sampleSize}`.execute(db);
  return rows;
}

/** Accepted jobs that wait for nothing and were still not handed to their queue, of all types; the oldest first. */
export async function listLeftBehind(db: Database): Promise<{ id: string; seconds: number }[]> {
  const { rows } = await sql<{ id: string; seconds: number }>`
    select job.id,
      extract(epoch from now() - coalesce(leader.finished_at, greatest(job.created_at, job.run_at)))::int as seconds
    from job left join job leader on leader.id = job.waits_for
    where job.dispatched_at is null and ${isWaitingJob}
      and (job.waits_for is null or leader.state = 'COMPLETED')
      and coalesce(leader.finished_at, greatest(job.created_at, job.run_at))
        < now() - make_interval(secs => ${handoverSeconds})
    order by job.id limit ${sampleSize}`.execute(db);
  return rows;
}

/** Of these jobs, those that are not final. */
export async function listUnfinished(db: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where('id', 'in', ids)
    .where(isUnfinishedJob)
    .execute();
  return rows.map(({ id }) => id);
}
