import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { findNewestAttempt, lockJob } from '../attempts/attempts.ts';
import { isFinal, isRetryable, isWaiting, priorityRanks } from './row.ts';
import type { JobPriority, JobRow } from './row.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { sees } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

export type CancelOutcome = 'CANCELED' | 'REQUESTED' | 'ALREADY_FINISHED';

/** A job after somebody has intervened, and all rows that changed by it. */
export interface Intervention {
  job: JobRow;
  changed: JobRow[];
}

/** Calls a job off at once if nobody works on it, else asks its worker to stop; throws NotFoundError. */
export async function cancelJob(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<Intervention & { outcome: CancelOutcome }> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (isFinal(job.state)) return { outcome: 'ALREADY_FINISHED', job, changed: [] };
    if (job.cancelRequestedAt) return { outcome: 'REQUESTED', job, changed: [] };
    // A worker may be at it already, while the row has yet to hear of it.
    const newest = await findNewestAttempt(trx, id);
    const isRunning = job.state === 'ACTIVE' || (newest !== undefined && !newest.finishedAt);
    const canceled = await trx
      .updateTable('job')
      .set({ version: sql`version + 1`, cancelRequestedAt: sql`now()` })
      .set(isRunning ? { stage: 'Stopping' } : endState)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { outcome: isRunning ? 'REQUESTED' : 'CANCELED', job: canceled, changed: [canceled] };
  });
}

const endState = {
  state: 'CANCELED',
  finishedAt: sql<Date>`now()`,
  stage: null,
  nextAttemptAt: null,
} as const;

/**
 * Starts a job over that ended without a result, and whatever was called off because of it. Attempts and versions count
 * on. Throws NotFoundError, and ConflictError when the job is not in such a state.
 */
export async function retryJob(
  db: Database,
  viewer: Viewer,
  id: string,
  moreAttempts: (type: string) => number,
): Promise<Intervention> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (!isRetryable(job.state)) {
      throw new ConflictError(`A job that is ${job.state} cannot be started over.`);
    }
    await refuseBlocked(trx, job);
    const [restarted] = await restart(trx, [job], moreAttempts);
    const followers = await lockCanceledFollowers(trx, job);
    return {
      job: restarted!,
      changed: [restarted!, ...(await restart(trx, followers, moreAttempts))],
    };
  });
}

async function refuseBlocked(trx: DatabaseTransaction, job: JobRow): Promise<void> {
  if (!job.waitsFor) return;
  const before = await lockJob(trx, job.waitsFor);
  if (before?.state === 'COMPLETED') return;
  throw new ConflictError('The job before it has not completed. Start that one over.');
}

async function restart(
  trx: DatabaseTransaction,
  jobs: readonly JobRow[],
  moreAttempts: (type: string) => number,
): Promise<JobRow[]> {
  return Promise.all(
    jobs.map((job) =>
      trx
        .updateTable('job')
        .set({
          version: sql`version + 1`,
          round: sql`round + 1`,
          eventId: null,
          state: 'QUEUED',
          error: null,
          progress: 0,
          stage: null,
          maxAttempts: job.attempt + moreAttempts(job.type),
          runAt: null,
          expiresAt: null,
          admittedAt: null,
          dispatchedAt: null,
          liftedAt: null,
          chargedMs: null,
          startedAt: null,
          finishedAt: null,
          nextAttemptAt: null,
          cancelRequestedAt: null,
        })
        .where('id', '=', job.id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  );
}

/** Of the same pipeline, those that ended because this job did. */
async function lockCanceledFollowers(trx: DatabaseTransaction, job: JobRow): Promise<JobRow[]> {
  if (!job.pipelineId) return [];
  return trx
    .selectFrom('job')
    .selectAll()
    .where('pipelineId', '=', job.pipelineId)
    .where('id', '>', job.id)
    .where('state', '=', 'CANCELED')
    .where(sql<boolean>`error ->> 'code' = 'PREDECESSOR_FAILED'`)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Gives a job that waits another priority; throws NotFoundError, and ConflictError once it has begun or ended. */
export async function setJobPriority(
  db: Database,
  viewer: Viewer,
  id: string,
  priority: JobPriority,
): Promise<JobRow> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (!isWaiting(job.state)) {
      throw new ConflictError(`A job that is ${job.state} waits for nothing.`);
    }
    return trx
      .updateTable('job')
      .set({ version: sql`version + 1`, priority, priorityRank: priorityRanks[priority] })
      .where('id', '=', job.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** The viewer’s job, locked until the transaction ends; throws NotFoundError. */
async function lockSeenJob(trx: DatabaseTransaction, viewer: Viewer, id: string): Promise<JobRow> {
  const job = isUuid(id) ? await lockJob(trx, id) : undefined;
  if (!job || !sees(viewer, { owner: job.owner, jobId: id })) throw new NotFoundError('job', id);
  return job;
}
