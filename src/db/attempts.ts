import { sql } from 'kysely';
import { measureRound } from './attempt-charges.ts';
import type { RoundSoFar } from './attempt-charges.ts';
import type { JobError, JobRow } from './job-row.ts';
import { finalStates, isFinal } from './job-row.ts';
import type { Database, DatabaseTransaction, JobAttempt } from './tables.ts';

export interface OpenedAttempt extends RoundSoFar {
  job: JobRow;
  /** 1 for the first. From now on every older attempt is fenced off. */
  number: number;
}

/** Which job and round an attempt is of. */
export interface AttemptOf {
  jobId: string;
  round: number;
  /** An earlier attempt that the trouble of the database has cut off. */
  cutOff?: number | undefined;
}

/**
 * Begins the next attempt of a round; undefined when the job must not run: it is unknown, final, to be canceled, in a
 * later round, or should have begun by now.
 */
export async function openAttempt(
  db: Database,
  { jobId, round, cutOff }: AttemptOf,
  worker: string,
): Promise<OpenedAttempt | undefined> {
  return db.transaction().execute(async (trx) => {
    const job = await lockJob(trx, jobId);
    if (!job || isFinal(job.state) || job.round !== round || job.cancelRequestedAt)
      return undefined;
    if (!job.startedAt && job.expiresAt && job.expiresAt.getTime() <= Date.now()) return undefined;
    const newest = await findNewestAttempt(trx, jobId);
    if (newest && newest.number === cutOff) await closeAttempt(trx, jobId, cutOff, undefined);
    else if (newest && !newest.finishedAt) await closeAbandoned(trx, newest);
    const number = (newest?.number ?? 0) + 1;
    const soFar = await measureRound(trx, job);
    await trx.insertInto('jobAttempt').values({ jobId, number, round, worker }).execute();
    return { job, number, ...soFar };
  });
}

/** Writes the end of an attempt; one that a newer attempt has already ended is left as it is. */
export async function closeAttempt(
  db: Database,
  jobId: string,
  number: number,
  error: JobError | undefined,
): Promise<void> {
  await db
    .updateTable('jobAttempt')
    .set({ finishedAt: sql`now()`, error: error ? JSON.stringify(error) : null })
    .where('jobId', '=', jobId)
    .where('number', '=', number)
    .where('finishedAt', 'is', null)
    .execute();
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

/** Every attempt of these jobs, oldest first. */
export async function listAttempts(db: Database, jobIds: readonly string[]): Promise<JobAttempt[]> {
  return db
    .selectFrom('jobAttempt')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .orderBy('jobId')
    .orderBy('number')
    .execute();
}

export interface JobFate {
  id: string;
  /** Called off, or ended behind its worker's back. */
  isToStop: boolean;
  newestAttempt: number;
}

/** What has become of jobs that somebody works on. */
export async function listFates(db: Database, jobIds: readonly string[]): Promise<JobFate[]> {
  const { rows } = await sql<JobFate>`
    select id, cancel_requested_at is not null or state = any(${sql.val(finalStates)}::text[]) as is_to_stop,
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
    message: 'The worker vanished in the middle of this attempt.',
    retryable: true,
    attempt: attempt.number,
  };
  await closeAttempt(trx, attempt.jobId, attempt.number, error);
}
