import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobError, JobRow } from './job-row.ts';
import { finalStates, isFinal } from './job-row.ts';
import type { Database, DatabaseTransaction, JobAttempt } from './tables.ts';

export interface OpenedAttempt {
  job: JobRow;
  /** 1 for the first. From now on every older attempt is fenced off. */
  number: number;
  /** Attempts of this round that were given back, which are charged to nobody. */
  spared: number;
  /** Time since the round began, less that of what was given back and the wait that followed. */
  usedMs: number;
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
    const used = await measureRound(trx, job);
    await trx.insertInto('jobAttempt').values({ jobId, number, round, worker }).execute();
    return { job, number, ...used };
  });
}

/** Of an attempt: that it ended without having failed. If others follow it, it was given back, by no fault of its job. */
const isGivenBack = sql<boolean>`(attempt.finished_at is not null and attempt.error is null)`;

async function measureRound(
  trx: DatabaseTransaction,
  { id, round, startedAt }: JobRow,
): Promise<Pick<OpenedAttempt, 'spared' | 'usedMs'>> {
  const { rows } = await sql<{ spared: number; usedMs: number }>`
    select count(*)::int as spared,
      greatest(0, coalesce(extract(epoch from now() - ${startedAt}::timestamptz - coalesce(sum(lasted), '0')), 0) * 1000)::float8
        as used_ms
    from (
      select ${isGivenBack} as is_given_back,
        coalesce(lead(started_at) over (order by number), now()) - started_at as lasted
      from job_attempt attempt where job_id = ${id} and round = ${round}
    ) attempt
    where is_given_back`.execute(trx);
  return rows[0]!;
}

/** How many attempts of the round are to be added to those that a job may have, once its row goes on to a newer one. */
export const sparedBefore = (newer: RawBuilder<unknown>) => sql<number>`(
  select count(*)::int from job_attempt attempt
  where attempt.job_id = job.id and attempt.round = job.round
    and attempt.number >= job.attempt and attempt.number < ${newer} and ${isGivenBack})`;

/** Attempts that each job may still have. Its row may not know yet what became of the newest ones. */
export async function countAttemptsLeft(
  db: Database,
  jobIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; left: number }>`
    select job.id, job.max_attempts - job.attempt
      + count(*) filter (where attempt.number = job.attempt and ${isGivenBack})::int
      - count(*) filter (where attempt.number > job.attempt and not ${isGivenBack})::int as left
    from job left join job_attempt attempt on attempt.job_id = job.id and attempt.round = job.round
    where job.id = any(${sql.val(jobIds)}::uuid[])
    group by job.id`.execute(db);
  return new Map(rows.map(({ id, left }) => [id, left]));
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
