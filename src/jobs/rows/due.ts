import { sql } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob, isWaitingJob } from './states.ts';

/** Rows that one sweep touches at most; the rest is the next sweep's. */
export const sweepLimit = 200;
/** For so long after the time of an attempt its queue may still be about to begin it. */
const promotionMs = 1_000;

/** Ends those that were to have begun by now and have not. */
export async function expireJobs(db: Database): Promise<JobRow[]> {
  const { rows } = await sql<{ id: string }>`
    select id from job
    where expires_at <= now() and ${isWaitingJob} and started_at is null
      and not exists (select from job_attempt attempt where attempt.job_id = job.id and attempt.round = job.round)
    order by expires_at limit ${sweepLimit}
    for update skip locked`.execute(db);
  return endJobs(db, rows, 'EXPIRED', null);
}

/** Calls off those that wait for a job that ended without a result. */
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
      version: sql`version + 1`,
      state,
      finishedAt: sql`now()`,
      stage: null,
      nextAttemptAt: null,
      error: sql`coalesce(${error}::jsonb, error)`,
    })
    .where(
      'id',
      'in',
      jobs.map(({ id }) => id),
    )
    .where(isWaitingJob)
    .where('startedAt', 'is', null)
    .returningAll()
    .execute();
}

/** Lets those wait for their turn that follow a job which has completed; returns how many. */
export async function admitFollowers(db: Database): Promise<number> {
  const { rows } = await sql`
    with ready as (
      select id from job where id in (select id from ${waitingFollowers('COMPLETED')})
      order by id for update skip locked
    )
    update job set admitted_at = now() from ready
    where job.id = ready.id and job.state = 'QUEUED' and job.admitted_at is null
    returning job.id`.execute(db);
  return rows.length;
}

/** Followers that wait, though the job before them is in one of these states; each looks up that one job. */
function waitingFollowers(...states: JobState[]) {
  return sql`(
    select job.* from job, lateral (
      select from job leader where leader.id = job.waits_for and leader.state in (${sql.join(states.map((state) => sql.lit(state)))})
      limit 1
    ) leader
    where job.dispatched_at is null and job.state = 'QUEUED' and job.waits_for is not null
      and job.admitted_at is null
    order by job.id limit ${sweepLimit}
  ) follower`;
}

/** Makes jobs QUEUED whose requested delay is over; no queue has them yet. */
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

/** Jobs that their queue still holds back, by a clock that is slow, though the time of their next attempt has come. */
export async function listOverdue(db: Database): Promise<JobRow[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('state', '=', sql.lit('DELAYED'))
    .where(
      'nextAttemptAt',
      '<=',
      sql<Date>`now() - make_interval(secs => ${sql.lit(promotionMs / 1_000)})`,
    )
    .where('dispatchedAt', 'is not', null)
    .orderBy('nextAttemptAt')
    .limit(sweepLimit)
    .execute();
}

/** Makes overdue jobs QUEUED that their queue no longer holds back, unless they have moved on. */
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

/** A page of the jobs of a type that the queue should know of: handed over a while ago, and not final. */
export async function listInFlight(
  db: Database,
  type: string,
  afterId: string | undefined,
  graceMs: number,
): Promise<JobRow[]> {
  let query = db
    .selectFrom('job')
    .selectAll()
    .where('type', '=', type)
    .where(isUnfinishedJob)
    .where('dispatchedAt', '<', sql<Date>`now() - make_interval(secs => ${graceMs / 1000})`);
  if (afterId !== undefined) query = query.where('id', '>', afterId);
  return query.orderBy('id').limit(sweepLimit).execute();
}
