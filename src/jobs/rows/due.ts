import { sql } from 'kysely';
import { sweepLimit, waitingFollowers } from './dispatch.ts';
import type { JobRow } from './row.ts';
import { msFromNow } from '../../db/clock.ts';
import type { Database } from '../../db/tables.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { endedColumns, isWaitingJob } from './states.ts';

/** How long after its time a queue may take to begin a delayed attempt. */
const promotionMs = 1_000;

/** Ends jobs that have not begun and whose `expires_at` has passed. */
export async function expireJobs(db: Database): Promise<JobRow[]> {
  const { rows } = await sql<{ id: string }>`
    select id from job
    where expires_at <= now() and ${isWaitingJob} and started_at is null
      and not exists (select from job_attempt attempt where attempt.job_id = job.id and attempt.round = job.round)
    order by expires_at limit ${sweepLimit}
    for update skip locked`.execute(db);
  return endJobs(db, rows, 'EXPIRED', null);
}

/** Cancels jobs whose predecessor ended without a result. */
export async function cancelFollowers(db: Database): Promise<JobRow[]> {
  const { rows } = await sql<{ id: string }>`
    select id from ${waitingFollowers('FAILED', 'CANCELED', 'EXPIRED')}`.execute(db);
  const error = {
    code: 'PREDECESSOR_FAILED',
    message: 'The job before it ended without a result.',
    retryable: false,
    attempt: 0,
  };
  return endJobs(db, rows, 'CANCELED', JSON.stringify(error));
}

async function endJobs(
  db: Database,
  jobs: readonly { id: string }[],
  state: 'EXPIRED' | 'CANCELED',
  error: string | null,
): Promise<JobRow[]> {
  if (jobs.length === 0) return [];
  return db
    .updateTable('job')
    .set({
      ...endedColumns,
      version: sql`version + 1`,
      state,
      error: sql`coalesce(${error}::jsonb, error)`,
    })
    .where(isAmong(jobs.map(({ id }) => id)))
    .where(isWaitingJob)
    .where('startedAt', 'is', null)
    .returningAll()
    .execute();
}

/** Makes jobs QUEUED whose requested delay is over; they were not dispatched yet. */
export async function releaseDelayed(db: Database): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    with due as (
      select id from job
      where state = 'DELAYED' and next_attempt_at <= now() and dispatched_at is null
      order by next_attempt_at limit ${sweepLimit}
      for update skip locked
    )
    update job set version = version + 1, state = 'QUEUED', next_attempt_at = null
    from due where job.id = due.id
    returning job.*`.execute(db);
  return rows;
}

/** Jobs whose next attempt is due, but which their queue still delays because of a slow clock. */
export async function listOverdue(db: Database): Promise<JobRow[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('state', '=', sql.lit('DELAYED'))
    .where('nextAttemptAt', '<=', msFromNow(-promotionMs))
    .where('dispatchedAt', 'is not', null)
    .orderBy('nextAttemptAt')
    .limit(sweepLimit)
    .execute();
}

/** Makes overdue jobs QUEUED that their queue no longer delays, unless their state has changed meanwhile. */
export async function releaseOverdue(db: Database, jobs: readonly JobRow[]): Promise<JobRow[]> {
  const ids = jobs.map(({ id }) => id);
  const rounds = jobs.map(({ round }) => round);
  const { rows } = await sql<JobRow>`
    update job set version = version + 1, state = 'QUEUED', next_attempt_at = null
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(rounds)}::int[]) overdue(id, round)
    where job.id = overdue.id and job.round = overdue.round
      and job.state = 'DELAYED' and job.next_attempt_at <= now()
    returning job.*`.execute(db);
  return rows;
}
