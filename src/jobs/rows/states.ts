import { sql } from 'kysely';
import { finalStates, unfinishedStates, waitingStates } from './row.ts';
import type { JobState } from './row.ts';

/** Conditions on a job. The states are literals, as in the partial indexes, so that PostgreSQL can use these. */
export const isUnfinishedJob = hasState(unfinishedStates);
export const isFinalJob = hasState(finalStates);
export const isWaitingJob = hasState(waitingStates);
/** Whether a job has a position in its queue, as `isInQueue` says of a row. */
export const isJobInQueue = sql<boolean>`(
  job.state = 'QUEUED'
  and (job.waits_for is null or job.admitted_at is not null or job.dispatched_at is not null))`;

/** What changes in a row when its job ends, besides the state. */
export const endedColumns = { finishedAt: sql<Date>`now()`, stage: null, nextAttemptAt: null };

/** Whether a job waits in the rows for its turn. The index `job_turn` holds just these. */
export const waitsForTurn = sql<boolean>`(
  job.state = 'QUEUED' and job.dispatched_at is null and (job.waits_for is null or job.admitted_at is not null))`;

/**
 * Whether a job is of a type, an owner and a priority. As a range, the priority is part of `lineOrder`, which only the index
 * `job_turn` has: by id alone, PostgreSQL might read all that others have in between.
 */
export function isInLine(line: string) {
  const [type, owner, rank] = ['type', 'owner', 'rank'].map((it) => sql.ref(`${line}.${it}`));
  return sql<boolean>`(
    job.type = ${type} and job.owner = ${owner} and job.priority_rank between ${rank} and ${rank})`;
}

/** The oldest first. */
export const lineOrder = sql`job.priority_rank, job.id`;
export const reversedLineOrder = sql`job.priority_rank desc, job.id desc`;

function hasState(states: readonly JobState[]) {
  return sql<boolean>`(job.state in (${sql.join(states.map((state) => sql.lit(state)))}))`;
}
