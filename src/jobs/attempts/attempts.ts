import { sql } from 'kysely';
import { maxVanished, measureRound } from './charges.ts';
import type { RoundUsage } from './charges.ts';
import type { JobError, JobRow } from '../rows/row.ts';
import { isFinal } from '../rows/row.ts';
import { isFinalJob } from '../rows/states.ts';
import type { Database, DatabaseTransaction, JobAttempt } from '../../db/tables.ts';

/** Attempts of one job that a list shows at most: a job may be started over without end. */
export const maxAttempts = 100;

export interface OpenedAttempt extends RoundUsage {
  job: JobRow;
  /** 1 for the first. From now on every older attempt is fenced off. */
  number: number;
  /** By the database's clock. */
  startedAt: Date;
}

/** The job's time has not come. */
export interface EarlyAttempt {
  /** Until then. */
  waitMs: number;
  number?: undefined;
}

/** The job has taken too many workers down. */
export interface VanishedAttempts {
  vanished: number;
  number?: undefined;
}

/** Which job and round an attempt is of. */
export interface AttemptOf {
  jobId: string;
  round: number;
  /** An earlier attempt that the trouble of the database has cut off. */
  cutOff?: number | undefined;
}

/**
 * Begins the next attempt of a round, unless it is too early by the database's clock, or too many workers have vanished with
 * it; undefined when the job must not run: it is unknown, final, to be canceled, in a later round, or should have begun by now.
 */
export async function openAttempt(
  db: Database,
  { jobId, round, cutOff }: AttemptOf,
  worker: string,
): Promise<OpenedAttempt | EarlyAttempt | VanishedAttempts | undefined> {
  return db.transaction().execute(async (trx) => {
    const job = await lockJob(trx, jobId);
    if (!job || isFinal(job.state) || job.round !== round || job.cancelRequestedAt)
      return undefined;
    const { isExpired, waitMs, firstStartedAt } = await readTimes(trx, jobId);
    if (isExpired) return undefined;
    if (waitMs > 0) return { waitMs };
    const newest = await findNewestAttempt(trx, jobId);
    if (newest && newest.number === cutOff) await closeAttempt(trx, jobId, cutOff, undefined);
    else if (newest && !newest.finishedAt) await closeAbandoned(trx, newest);
    const number = (newest?.number ?? 0) + 1;
    const soFar = await measureRound(trx, { ...job, startedAt: firstStartedAt });
    if (soFar.vanished > maxVanished) return { vanished: soFar.vanished };
    const { startedAt } = await trx
      .insertInto('jobAttempt')
      .values({ jobId, number, round, worker })
      .returning('startedAt')
      .executeTakeFirstOrThrow();
    return { job, number, startedAt, ...soFar };
  });
}

interface AttemptTimes {
  isExpired: boolean;
  /** 0 when it may begin. */
  waitMs: number;
  firstStartedAt: Date | null;
}

/** What the database's clock says of a job that is locked. The row may not know yet what its attempts know. */
async function readTimes(trx: DatabaseTransaction, jobId: string): Promise<AttemptTimes> {
  const { rows } = await sql<AttemptTimes>`
    select
      coalesce(first_started_at is null and expires_at <= now(), false) as is_expired,
      greatest(0, ceil(extract(epoch from greatest(run_at, retry_at) - now()) * 1000))::float8 as wait_ms,
      first_started_at
    from (
      select job.expires_at, job.run_at, max(attempt.retry_at) as retry_at,
        coalesce(job.started_at, min(attempt.started_at)) as first_started_at
      from job left join job_attempt attempt on attempt.job_id = job.id and attempt.round = job.round
      where job.id = ${jobId}
      group by job.id
    ) times`.execute(trx);
  return rows[0]!;
}

/** Writes the end of an attempt, and how long the next one is to wait; false if a newer attempt has already ended it. */
export async function closeAttempt(
  db: Database,
  jobId: string,
  number: number,
  error: JobError | undefined,
  retryInMs?: number,
): Promise<boolean> {
  const retryAt =
    retryInMs === undefined
      ? null
      : sql<Date>`now() + make_interval(secs => ${retryInMs / 1_000}::float8)`;
  const { numUpdatedRows } = await db
    .updateTable('jobAttempt')
    .set({ finishedAt: sql`now()`, error: error ? JSON.stringify(error) : null, retryAt })
    .where('jobId', '=', jobId)
    .where('number', '=', number)
    .where('finishedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends without an error what a worker has opened of a job, and does not work on. */
export async function closeOwnAttempts(db: Database, jobId: string, worker: string): Promise<void> {
  await db
    .updateTable('jobAttempt')
    .set({ finishedAt: sql`now()` })
    .where('jobId', '=', jobId)
    .where('worker', '=', worker)
    .where('finishedAt', 'is', null)
    .execute();
}

/**
 * Locks the job until the transaction ends and says whether this attempt is still its newest.
 * Every write of a worker goes through here: a worker that lost its job gets false, and must write nothing.
 */
export async function isNewestAttempt(
  trx: DatabaseTransaction,
  jobId: string,
  number: number,
): Promise<boolean> {
  const job = await lockJob(trx, jobId);
  if (!job || isFinal(job.state)) return false;
  const newest = await findNewestAttempt(trx, jobId);
  return newest?.number === number;
}

/** The attempts of these jobs, oldest first; of a job that has very many, the newest. */
export async function listAttempts(db: Database, jobIds: readonly string[]): Promise<JobAttempt[]> {
  const { rows } = await sql<JobAttempt>`
    select attempt.* from unnest(${sql.val(jobIds)}::uuid[]) asked(id), lateral (
      select * from job_attempt where job_id = asked.id order by number desc limit ${maxAttempts}
    ) attempt
    order by job_id, number`.execute(db);
  return rows;
}

export interface RunStatus {
  id: string;
  /** Called off, or ended behind its worker's back. */
  isToStop: boolean;
  newestAttempt: number;
}

/** What has become of jobs that somebody works on. */
export async function listRunStatus(db: Database, jobIds: readonly string[]): Promise<RunStatus[]> {
  const { rows } = await sql<RunStatus>`
    select id, cancel_requested_at is not null or ${isFinalJob} as is_to_stop,
      (select coalesce(max(number), 0) from job_attempt where job_id = id) as newest_attempt
    from job where id = any(${sql.val(jobIds)}::uuid[])`.execute(db);
  return rows;
}

/** The job, locked until the transaction ends. */
export async function lockJob(
  trx: DatabaseTransaction,
  jobId: string,
): Promise<JobRow | undefined> {
  return trx.selectFrom('job').selectAll().where('id', '=', jobId).forUpdate().executeTakeFirst();
}

export async function findNewestAttempt(
  trx: DatabaseTransaction,
  jobId: string,
): Promise<JobAttempt | undefined> {
  return trx
    .selectFrom('jobAttempt')
    .selectAll()
    .where('jobId', '=', jobId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function closeAbandoned(trx: DatabaseTransaction, attempt: JobAttempt): Promise<void> {
  const error: JobError = {
    code: 'STALLED',
    message: 'The worker disappeared during this attempt.',
    retryable: true,
    attempt: attempt.number,
  };
  await closeAttempt(trx, attempt.jobId, attempt.number, error);
}
