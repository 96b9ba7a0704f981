import { sql } from 'kysely';
import { countUnchargedBefore } from '../attempts/charges.ts';
import type { JobError, JobRow, JobState } from './row.ts';
import { finalStates } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob } from './states.ts';

/** For so long a worker puts a job off that cannot run now, at most. */
export const postponeMaxMs = 4_000;

/** What queue events say of one job: the newest word on its state, and what came with it. */
export interface JobUpdate {
  jobId: string;
  /** The round whose entry it speaks of; what is said of an earlier one is old news. */
  round: number;
  /** Position in the queue's event stream. Grows; an update at or below the row's is old news. */
  eventId: bigint;
  /** Counts how often that stream has started over; 0 if absent. Whatever is of an earlier one is old news. */
  epoch?: number | undefined;
  state: JobState;
  /** The attempt that reported; absent where the queue itself speaks. */
  attempt?: number | undefined;
  progress?: number | undefined;
  stage?: string | undefined;
  /** What to say if the worker could not write why it failed. */
  error?: Omit<JobError, 'attempt'> | undefined;
}

/**
 * Applies updates, one a job, each only if it is newer than the row and changes it; returns the rows that changed.
 * Any number of bridges may apply the same events: the row decides which of them brings news. Updates that a bridge has read
 * name the queue they are of: when its events have started over since, none is applied.
 */
export async function applyJobUpdates(
  db: Database,
  updates: readonly JobUpdate[],
  queue?: string,
): Promise<JobRow[]> {
  if (updates.length === 0) return [];
  const isOfThisEpoch =
    queue === undefined
      ? sql<boolean>`true`
      : sql<boolean>`news.epoch = coalesce((select epoch from event_cursor where queue = ${queue}), 0)`;
  return db
    .with('news', (cte) =>
      cte
        .selectFrom(newsRecordset(updates).as('incoming'))
        .innerJoin('job', 'job.id', 'incoming.jobId')
        .selectAll('incoming')
        // In one order, or bridges with the same jobs in different batches would wait for each other.
        .orderBy('job.id')
        .forUpdate('job'),
    )
    .updateTable('job')
    .from('news')
    .whereRef('job.id', '=', 'news.jobId')
    .where(isNewer)
    .where(isOfThisEpoch)
    .where(isAllowed)
    .where(isChange)
    .set({
      version: sql`job.version + 1`,
      // The queue speaks of it, so it has it, whoever has given it.
      dispatchedAt: sql`coalesce(job.dispatched_at, now())`,
      eventEpoch: sql`news.epoch`,
      eventId: sql`news.event_id`,
      state: newState,
      attempt: sql`greatest(job.attempt, news.attempt)`,
      maxAttempts: sql`job.max_attempts
        + case when news.attempt > job.attempt then ${countUnchargedBefore(sql`news.attempt`)} else 0 end`,
      progress: newProgress,
      stage: sql`case when news.state = 'ACTIVE' then coalesce(news.stage, job.stage) end`,
      error: newError,
      startedAt: sql`case when news.attempt is null then job.started_at else coalesce(job.started_at, ${firstStart}, now()) end`,
      finishedAt: sql`case when ${newState} in (${finalList}) then coalesce(${latestEnd}, now()) end`,
      nextAttemptAt: newNextAttempt,
    })
    .returningAll('job')
    .execute();
}

interface News {
  jobId: string;
  round: number;
  epoch: number;
  eventId: string;
  state: JobState;
  attempt: number | null;
  progress: number | null;
  stage: string | null;
  error: Omit<JobError, 'attempt'> | null;
}

function newsRecordset(updates: readonly JobUpdate[]) {
  const records = updates.map((update) => ({
    job_id: update.jobId,
    round: update.round,
    epoch: update.epoch ?? 0,
    event_id: String(update.eventId),
    state: update.state,
    attempt: update.attempt,
    progress: update.progress,
    stage: update.stage,
    error: update.error,
  }));
  return sql<News>`(
    select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as record(
      job_id uuid, round integer, epoch integer, event_id bigint, state text, attempt integer, progress integer, stage text,
      error jsonb))`;
}

const finalList = sql.join(finalStates.map((state) => sql.lit(state)));

const isNewer = sql<boolean>`(
  job.round = news.round
  and (job.event_id is null or (job.event_epoch, job.event_id) < (news.epoch, news.event_id)))`;

// A worker that lost its job goes on reporting for a while. Only a newer attempt may make a job ACTIVE, and only the
// row's own attempt may move it. What the queue says comes from whoever holds the lock, and needs no attempt.
const isAllowed = sql<boolean>`(
  ${isUnfinishedJob}
  and (news.state <> 'ACTIVE' or news.attempt > job.attempt or (news.attempt = job.attempt and job.state = 'ACTIVE')))`;

/** Of the attempts of the job's round, which their workers write before the queue can speak of them. */
const firstStart = sql`(
  select min(attempt.started_at) from job_attempt attempt where attempt.job_id = job.id and attempt.round = job.round)`;
const latestEnd = latestAttempt('finished_at');
const latestAttemptError = latestAttempt('error');

function latestAttempt(column: 'finished_at' | 'error') {
  return sql`(
    select attempt.${sql.ref(column)} from job_attempt attempt
    where attempt.job_id = job.id order by attempt.number desc limit 1)`;
}

/** Not of the newest attempt: it may have begun before the queue's word on the failed one arrives. */
function latestFailure(column: 'error' | 'retry_at') {
  return sql`(
    select attempt.${sql.ref(column)} from job_attempt attempt
    where attempt.job_id = job.id and attempt.round = job.round and attempt.${sql.ref(column)} is not null
      and attempt.number >= greatest(job.attempt, news.attempt)
    order by attempt.number desc limit 1)`;
}

// The queue goes by the clocks of workers, the row by the database's: a job that a fast clock has let go is DELAYED still.
// Whatever a job that is to stop comes to, other than completion, is its end.
const newState = sql<JobState>`
  case
    when job.cancel_requested_at is not null and news.state not in ('ACTIVE', 'COMPLETED') then 'CANCELED'
    when news.state = 'QUEUED' and greatest(job.run_at, ${latestFailure('retry_at')}) > now() then 'DELAYED'
    else news.state
  end`;

/** A worker that has put a job off without an attempt does not say for how long. */
const newNextAttempt = sql<Date | null>`
  case when ${newState} = 'DELAYED' then coalesce(
    ${latestFailure('retry_at')},
    case when job.state = 'DELAYED' then job.next_attempt_at end,
    greatest(job.run_at, now() + make_interval(secs => ${sql.lit(postponeMaxMs / 1_000)})))
  end`;

const isChange = sql<boolean>`(
  ${newState} <> job.state
  or news.attempt > job.attempt
  or news.progress > job.progress
  or coalesce(news.stage, job.stage) is distinct from job.stage
  or ${newNextAttempt} is distinct from job.next_attempt_at)`;

const newProgress = sql<number>`
  case
    when news.state = 'COMPLETED' then 100
    when news.progress is null then job.progress
    when news.attempt > job.attempt then news.progress
    when news.attempt = job.attempt and job.state = 'ACTIVE' then greatest(job.progress, news.progress)
    else job.progress
  end`;

const newError = sql<string | null>`
  case
    when news.state = 'COMPLETED' then null
    when news.state = 'ACTIVE' or job.cancel_requested_at is not null then job.error
    when news.state = 'FAILED' then
      coalesce(${latestAttemptError}, news.error || jsonb_build_object('attempt', greatest(job.attempt, news.attempt)))
    else coalesce(${latestFailure('error')}, job.error)
  end`;
