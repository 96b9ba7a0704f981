import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { findNewestAttempt } from '../attempts/attempts.ts';
import { isFinal, isRetryable, isWaiting, priorityRanks } from './row.ts';
import type { JobPriority, JobRow } from './row.ts';
import { endedColumns } from './states.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { lockJob } from './find.ts';

export type CancelOutcome = 'CANCELED' | 'REQUESTED' | 'ALREADY_FINISHED';

/** The job after a user's intervention, and all rows that were changed by it. */
export interface ControlResult {
  job: JobRow;
  changed: JobRow[];
}

/** Cancels a job at once if no worker runs it, otherwise asks the worker to stop; throws NotFoundError. */
export async function cancelJob(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<ControlResult & { outcome: CancelOutcome }> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (isFinal(job.state)) return { outcome: 'ALREADY_FINISHED', job, changed: [] };
    if (job.cancelRequestedAt) return { outcome: 'REQUESTED', job, changed: [] };
    // A worker may be running it already, before the row says so.
    const newest = await findNewestAttempt(trx, id);
    const isRunning = job.state === 'ACTIVE' || (newest !== undefined && !newest.finishedAt);
    const canceled = await trx
      .updateTable('job')
      .set({ version: sql`version + 1`, cancelRequestedAt: sql`now()` })
      .set(isRunning ? { stage: 'Stopping' } : { ...endedColumns, state: 'CANCELED' })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { outcome: isRunning ? 'REQUESTED' : 'CANCELED', job: canceled, changed: [canceled] };
  });
}

/**
 * Restarts a job that ended without a result, and the jobs that were canceled because of that. Attempts and versions go on
 * from their present numbers. Throws NotFoundError, and ConflictError if the job's state does not allow it.
 */
export async function retryJob(
  db: Database,
  viewer: Viewer,
  id: string,
  attemptsOf: (type: string) => number,
): Promise<ControlResult> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (!isRetryable(job.state)) {
      throw new ConflictError(`A job that is ${job.state} cannot be restarted.`);
    }
    await assertPredecessorCompleted(trx, job);
    await assertSubjects(trx, job);
    const restarted = await restart(trx, job, attemptsOf);
    const changed = [restarted];
    for (const follower of await lockCanceledFollowers(trx, job)) {
      changed.push(await restart(trx, follower, attemptsOf));
    }
    return { job: restarted, changed };
  });
}

async function assertPredecessorCompleted(trx: DatabaseTransaction, job: JobRow): Promise<void> {
  if (!job.waitsFor) return;
  const predecessor = await lockJob(trx, job.waitsFor);
  if (predecessor?.state === 'COMPLETED') return;
  throw new ConflictError('The job before it has not completed. Restart that one.');
}

/** What it works on stays at least until the transaction ends. */
async function assertSubjects(trx: DatabaseTransaction, job: JobRow): Promise<void> {
  const { rows } = await sql<{ isThere: boolean }>`
    select hold_subjects(${job.owner}, ${JSON.stringify(job.input)}::jsonb, ${job.waitsFor !== null}) as is_there`.execute(
    trx,
  );
  if (rows[0]?.isThere) return;
  throw new ConflictError('What it works on was deleted.');
}

async function restart(
  trx: DatabaseTransaction,
  job: JobRow,
  attemptsOf: (type: string) => number,
): Promise<JobRow> {
  return trx
    .updateTable('job')
    .set({
      version: sql`version + 1`,
      round: sql`round + 1`,
      eventId: null,
      state: 'QUEUED',
      error: null,
      progress: 0,
      stage: null,
      maxAttempts: job.attempt + attemptsOf(job.type),
      runAt: null,
      expiresAt: null,
      admittedAt: null,
      dispatchedAt: null,
      liftedAt: null,
      chargedMs: null,
      standsBack: null,
      startedAt: null,
      finishedAt: null,
      nextAttemptAt: null,
      cancelRequestedAt: null,
    })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The jobs of the same pipeline that were canceled because this job ended. */
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

/** Changes the priority of a waiting job; throws NotFoundError, and ConflictError once it has begun or ended. */
export async function setJobPriority(
  db: Database,
  viewer: Viewer,
  id: string,
  priority: JobPriority,
): Promise<JobRow> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (!isWaiting(job.state)) {
      throw new ConflictError(
        `The priority of a job that is ${job.state} cannot change: it does not wait.`,
      );
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
  if (!job || !canSee(viewer, { owner: job.owner, jobId: id }))
    throw new NotFoundError('job', id, ['id']);
  return job;
}
