import { sql } from 'kysely';
import type { JobError } from '../rows/row.ts';
import { isFinal } from '../rows/row.ts';
import { lockJob } from '../rows/find.ts';
import { msFromNow } from '../../db/clock.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database, DatabaseTransaction, JobAttempt } from '../../db/tables.ts';

/** Attempts of one job that are listed at most: a job may be restarted any number of times. */
export const maxListedAttempts = 100;

/** Stores the end of an attempt, and how long the next one must wait; false if a newer attempt has already ended it. */
export async function closeAttempt(
  db: Database,
  jobId: string,
  number: number,
  error: JobError | undefined,
  retryInMs?: number,
): Promise<boolean> {
  const retryAt = retryInMs === undefined ? null : msFromNow(retryInMs);
  const { numUpdatedRows } = await db
    .updateTable('jobAttempt')
    .set({ finishedAt: sql`now()`, error: error ? JSON.stringify(error) : null, retryAt })
    .where('jobId', '=', jobId)
    .where('number', '=', number)
    .where('finishedAt', 'is', null)
    .modifyEnd(prepared)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends, without an error, the attempts of a job that a worker has opened and no longer runs. */
export async function closeAttemptsOfWorker(
  db: Database,
  jobId: string,
  worker: string,
): Promise<void> {
  await db
    .updateTable('jobAttempt')
    .set({ finishedAt: sql`now()` })
    .where('jobId', '=', jobId)
    .where('worker', '=', worker)
    .where('finishedAt', 'is', null)
    .execute();
}

/**
 * Locks the job until the transaction ends, and returns whether this attempt is still its newest. A worker must call it
 * before every write, and must not write anything if it is false.
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

/** The attempts of these jobs, oldest first, of each job only the newest `maxListedAttempts`. */
export async function listAttempts(db: Database, jobIds: readonly string[]): Promise<JobAttempt[]> {
  const { rows } = await sql<JobAttempt>`
    select attempt.* from unnest(${sql.val(jobIds)}::uuid[]) given(id), lateral (
      select * from job_attempt where job_id = given.id order by number desc limit ${maxListedAttempts}
    ) attempt
    order by job_id, number`.execute(db);
  return rows;
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
    .modifyEnd(prepared)
    .executeTakeFirst();
}
