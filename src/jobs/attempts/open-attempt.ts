import { sql } from 'kysely';
import { maxVanished, measureRound, unused } from './charges.ts';
import type { RoundUsage } from './charges.ts';
import { closeAttempt, findNewestAttempt } from './attempts.ts';
import type { JobError, JobRow } from '../rows/row.ts';
import { isFinal } from '../rows/row.ts';
import { lockJob } from '../rows/find.ts';
import { isUnfinishedJob } from '../rows/states.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database, DatabaseTransaction, JobAttempt } from '../../db/tables.ts';

export interface OpenedAttempt extends RoundUsage {
  job: JobRow;
  /** 1 for the first. From now on, older attempts cannot write anything. */
  number: number;
  /** By the database's clock. */
  startedAt: Date;
}

/** The job must not run yet. */
export interface EarlyAttempt {
  /** Time until it may run. */
  waitMs: number;
  number?: undefined;
}

/** An operator has stopped the queue. */
export interface PausedAttempt {
  isPaused: true;
  number?: undefined;
}

/** Too many workers have vanished while they ran the job. */
export interface VanishedAttempts {
  vanished: number;
  number?: undefined;
}

/** The job and round that an attempt is made for. */
export interface AttemptTarget {
  jobId: string;
  round: number;
  /** An earlier attempt that a failure of the database has cut off. */
  cutOff?: number | undefined;
}

/**
 * Begins the next attempt of a round, unless its queue is paused, it is too early by the database's clock, or too many workers
 * have vanished.
 * Undefined if the job must not run: it is unknown, final, expired, in a later round, or its cancellation was requested.
 */
export async function openAttempt(
  db: Database,
  target: AttemptTarget,
  worker: string,
): Promise<OpenedAttempt | PausedAttempt | EarlyAttempt | VanishedAttempts | undefined> {
  return (await openFirstAttempt(db, target, worker)) ?? openNextAttempt(db, target, worker);
}

/** Most jobs have one attempt, which one statement opens; undefined if there is anything more to know. */
async function openFirstAttempt(
  db: Database,
  { jobId, round }: AttemptTarget,
  worker: string,
): Promise<OpenedAttempt | undefined> {
  const { rows } = await sql<JobRow & { attemptStartedAt: Date }>`
    with target as (
      select * from job
      where id = ${jobId}::uuid and round = ${round}::int and ${isUnfinishedJob} and cancel_requested_at is null
        and started_at is null and (expires_at is null or expires_at > now()) and (run_at is null or run_at <= now())
      for update
    ), opened as (
      insert into job_attempt (job_id, number, round, worker)
      select id, 1, round, ${worker}::text from target
      where not exists (select from job_attempt where job_id = target.id)
        and not coalesce((select paused from queue_control where type = target.type), false)
      -- Another worker may have opened it since this statement began.
      on conflict do nothing
      returning started_at
    )
    select target.*, opened.started_at as attempt_started_at from target, opened ${prepared}`.execute(
    db,
  );
  if (!rows[0]) return undefined;
  const { attemptStartedAt: startedAt, ...job } = rows[0];
  return { job, number: 1, startedAt, ...unused };
}

async function openNextAttempt(
  db: Database,
  { jobId, round, cutOff }: AttemptTarget,
  worker: string,
): Promise<OpenedAttempt | PausedAttempt | EarlyAttempt | VanishedAttempts | undefined> {
  return db.transaction().execute(async (trx) => {
    const job = await lockJob(trx, jobId);
    if (!job || isFinal(job.state) || job.round !== round || job.cancelRequestedAt)
      return undefined;
    const { isPaused, isExpired, waitMs, firstStartedAt } = await readTimes(trx, jobId);
    if (isExpired) return undefined;
    // A Redis that has lost its data does not know which queues are paused.
    if (isPaused) return { isPaused };
    if (waitMs > 0) return { waitMs };
    const newest = await findNewestAttempt(trx, jobId);
    if (newest && newest.number === cutOff) await closeAttempt(trx, jobId, cutOff, undefined);
    else if (newest && !newest.finishedAt) await closeAbandoned(trx, newest);
    const number = (newest?.number ?? 0) + 1;
    const usage = await measureRound(trx, { ...job, startedAt: firstStartedAt });
    if (usage.vanished > maxVanished) return { vanished: usage.vanished };
    const { startedAt } = await trx
      .insertInto('jobAttempt')
      .values({ jobId, number, round, worker })
      .returning('startedAt')
      .modifyEnd(prepared)
      .executeTakeFirstOrThrow();
    return { job, number, startedAt, ...usage };
  });
}

interface AttemptTimes {
  isPaused: boolean;
  isExpired: boolean;
  /** 0 if it may begin now. */
  waitMs: number;
  firstStartedAt: Date | null;
}

/** Compares a locked job with the database's clock. Its attempts are read, too, as the row may not be up to date. */
async function readTimes(trx: DatabaseTransaction, jobId: string): Promise<AttemptTimes> {
  const { rows } = await sql<AttemptTimes>`
    select
      coalesce((select paused from queue_control where type = times.type), false) as is_paused,
      coalesce(first_started_at is null and expires_at <= now(), false) as is_expired,
      greatest(0, ceil(extract(epoch from greatest(run_at, retry_at) - now()) * 1000))::float8 as wait_ms,
      first_started_at
    from (
      select job.type, job.expires_at, job.run_at, max(attempt.retry_at) as retry_at,
        coalesce(job.started_at, min(attempt.started_at)) as first_started_at
      from job left join job_attempt attempt on attempt.job_id = job.id and attempt.round = job.round
      where job.id = ${jobId}
      group by job.id
    ) times ${prepared}`.execute(trx);
  return rows[0]!;
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
