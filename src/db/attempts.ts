import { sql } from 'kysely';
import type { JobError, JobRow } from './job-row.ts';
import { isFinal } from './job-row.ts';
import type { Database, DatabaseTransaction, JobAttempt } from './tables.ts';

export interface OpenedAttempt {
  job: JobRow;
  /** 1 for the first. From now on every older attempt is fenced off. */
  number: number;
}

/** Begins the next attempt; undefined when the job is unknown or final, and so must not run. */
export async function openAttempt(
  db: Database,
  jobId: string,
  worker: string,
): Promise<OpenedAttempt | undefined> {
  return db.transaction().execute(async (trx) => {
    const job = await lockJob(trx, jobId);
    if (!job || isFinal(job.state)) return undefined;
    const newest = await findNewestAttempt(trx, jobId);
    if (newest && !newest.finishedAt) await closeAbandoned(trx, newest);
    const number = (newest?.number ?? 0) + 1;
    await trx.insertInto('jobAttempt').values({ jobId, number, worker }).execute();
    return { job, number };
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

async function lockJob(trx: DatabaseTransaction, jobId: string): Promise<JobRow | undefined> {
  return trx.selectFrom('job').selectAll().where('id', '=', jobId).forUpdate().executeTakeFirst();
}

async function findNewestAttempt(
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
