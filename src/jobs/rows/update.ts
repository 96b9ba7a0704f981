import { sql } from 'kysely';
import { countUnchargedBefore } from '../attempts/charges.ts';
import { storeStages } from '../attempts/stages.ts';
import type { BegunStage } from '../attempts/stages.ts';
import type { JobError, JobRow, JobState } from './row.ts';
import { finalStates } from './row.ts';
import { msFromNow } from '../../db/clock.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob } from './states.ts';

/** The longest that a worker postpones a job that cannot run now. */
export const postponeMaxMs = 4_000;

/** What the queue's events say of one job: its newest state, and what was reported with it. */
export interface JobUpdate {
  jobId: string;
  /** The round of the queue's entry; updates of an earlier round are ignored. */
  round: number;
  /** Position in the queue's event stream; updates that are not beyond the row's are ignored. */
  eventId: bigint;
  /** How often that stream has started over; 0 if absent. Updates of an earlier epoch are ignored. */
  epoch?: number | undefined;
  state: JobState;
  /** The attempt that reported it; absent if it comes from the queue itself. */
  attempt?: number | undefined;
  progress?: number | undefined;
  stage?: string | undefined;
  /** Stages that attempts have begun, in order; absent if none. */
  stages?: readonly BegunStage[] | undefined;
  /** The error to store if the worker could not store the reason. */
  error?: Omit<JobError, 'attempt'> | undefined;
}

/**
 * Applies updates, one for each job, if they are newer than the row and change it; returns the rows that changed. Any number
 * of bridges may apply the same events: the row decides which of them was first. With `queue`, no update is applied if that
 * queue's event stream has started over since they were read.
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
      : sql<boolean>`incoming.epoch = coalesce((select epoch from event_cursor where queue = ${queue}), 0)`;
  return db
    .with('incoming', (cte) =>
      cte
        .selectFrom(toRecordset(updates).as('incoming'))
        .innerJoin('job', 'job.id', 'incoming.jobId')
        .selectAll('incoming')
        .select(['job.attempt as attemptBefore', 'job.state as stateBefore'])
        // Always in the same order, so that bridges with the same jobs in different batches do not deadlock.
        .orderBy('job.id')
        .forUpdate('job'),
    )
    .with('changed', (cte) =>
      cte
        .updateTable('job')
        .from('incoming')
        .whereRef('job.id', '=', 'incoming.jobId')
        .where(isNewer)
        .where(isOfThisEpoch)
        .where(isAllowed)
        .where(isChange)
        .set({
          version: sql`job.version + 1`,
          // An event of the queue shows that the queue has the job, whoever enqueued it.
          dispatchedAt: sql`coalesce(job.dispatched_at, now())`,
          eventEpoch: sql`incoming.epoch`,
          eventId: sql`incoming.event_id`,
          state: newState,
          attempt: sql`greatest(job.attempt, incoming.attempt)`,
          maxAttempts: sql`job.max_attempts
        + case when incoming.attempt > job.attempt then ${countUnchargedBefore(sql`incoming.attempt`)} else 0 end`,
          progress: newProgress,
          stage: sql`case when incoming.state = 'ACTIVE' then coalesce(incoming.stage, job.stage) end`,
          error: newError,
          startedAt: sql`case when incoming.attempt is null then job.started_at else coalesce(job.started_at, ${firstStart}, now()) end`,
          finishedAt: sql`case when ${newState} in (${finalList}) then coalesce(${latestEnd}, now()) end`,
          nextAttemptAt: newNextAttempt,
        })
        .returningAll('job'),
    )
    .with('stored', () => storeStages)
    .selectFrom('changed')
    .selectAll()
    .modifyEnd(prepared)
    .execute();
}

function toRecordset(updates: readonly JobUpdate[]) {
  const records = updates.map((update) => ({
    job_id: update.jobId,
    round: update.round,
    epoch: update.epoch ?? 0,
    event_id: String(update.eventId),
    state: update.state,
    attempt: update.attempt,
    progress: update.progress,
    stage: update.stage,
    stages: update.stages,
    error: update.error,
  }));
  return sql<{ jobId: string }>`(
    select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as record(
      job_id uuid, round integer, epoch integer, event_id bigint, state text, attempt integer, progress integer, stage text,
      stages jsonb, error jsonb))`;
}

const finalList = sql.join(finalStates.map((state) => sql.lit(state)));

const isNewer = sql<boolean>`(
  job.round = incoming.round
  and (job.event_id is null or (job.event_epoch, job.event_id) < (incoming.epoch, incoming.event_id)))`;

// A worker that lost its job goes on reporting for a while. Only a newer attempt may make a job ACTIVE, and only the row's
// own attempt may report progress. Other events come from whoever holds the lock, so their attempt need not be checked.
const isAllowed = sql<boolean>`(
  ${isUnfinishedJob}
  and (incoming.state <> 'ACTIVE' or incoming.attempt > job.attempt or (incoming.attempt = job.attempt and job.state = 'ACTIVE')))`;

/** Workers store their attempts before the queue can emit events about them. */
const firstStart = sql`(
  select min(attempt.started_at) from job_attempt attempt where attempt.job_id = job.id and attempt.round = job.round)`;
const latestEnd = latestAttempt('finished_at');
const latestAttemptError = latestAttempt('error');

function latestAttempt(column: 'finished_at' | 'error') {
  return sql`(
    select attempt.${sql.ref(column)} from job_attempt attempt
    where attempt.job_id = job.id order by attempt.number desc limit 1)`;
}

/** Not simply of the newest attempt: that may have begun before the event about the failed one arrives. */
function latestFailure(column: 'error' | 'retry_at') {
  return sql`(
    select attempt.${sql.ref(column)} from job_attempt attempt
    where attempt.job_id = job.id and attempt.round = job.round and attempt.${sql.ref(column)} is not null
      and attempt.number >= greatest(job.attempt, incoming.attempt)
    order by attempt.number desc limit 1)`;
}

// A queue uses the clocks of workers, the row that of the database: a job that a fast clock has released is still DELAYED.
// A job whose cancellation was requested is CANCELED by whatever event follows, other than completion.
const newState = sql<JobState>`
  case
    when job.cancel_requested_at is not null and incoming.state not in ('ACTIVE', 'COMPLETED') then 'CANCELED'
    when incoming.state = 'QUEUED' and greatest(job.run_at, ${latestFailure('retry_at')}) > now() then 'DELAYED'
    else incoming.state
  end`;

/** A worker that postpones a job without an attempt does not say for how long. */
const newNextAttempt = sql<Date | null>`
  case when ${newState} = 'DELAYED' then coalesce(
    ${latestFailure('retry_at')},
    case when job.state = 'DELAYED' then job.next_attempt_at end,
    greatest(job.run_at, ${msFromNow(postponeMaxMs)}))
  end`;

const isChange = sql<boolean>`(
  ${newState} <> job.state
  or incoming.attempt > job.attempt
  or incoming.progress > job.progress
  or coalesce(incoming.stage, job.stage) is distinct from job.stage
  or ${newNextAttempt} is distinct from job.next_attempt_at)`;

const newProgress = sql<number>`
  case
    when incoming.state = 'COMPLETED' then 100
    when incoming.progress is null then job.progress
    when incoming.attempt > job.attempt then incoming.progress
    when incoming.attempt = job.attempt and job.state = 'ACTIVE' then greatest(job.progress, incoming.progress)
    else job.progress
  end`;

const newError = sql<string | null>`
  case
    when incoming.state = 'COMPLETED' then null
    when incoming.state = 'ACTIVE' or job.cancel_requested_at is not null then job.error
    when incoming.state = 'FAILED' then
      coalesce(${latestAttemptError}, incoming.error || jsonb_build_object('attempt', greatest(job.attempt, incoming.attempt)))
    else coalesce(${latestFailure('error')}, job.error)
  end`;
