import { setTimeout as delay } from 'node:timers/promises';
import { closeAttemptsOfWorker } from '../../jobs/attempts/attempts.ts';
import { listRunStatus } from '../../jobs/attempts/run-status.ts';
import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { CanceledError, CutOffError, HandBackError } from './attempt-errors.ts';
import type { AttemptOptions, PlanRetry, QueueEntry } from './attempt.ts';
import { closeOrRecordReturn, runAttempt } from './run-attempt.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

/** How often a database that failed is checked for whether it can be written again. */
const pingIntervalMs = 500;
/** How often a job is started here before it goes back to its queue, so that other jobs have their turn. */
const maxStarts = 3;

export interface JobRunOptions extends AttemptOptions {
  /** Rejects within seconds if the database cannot be written. */
  pingDatabase: () => Promise<unknown>;
}

/**
 * Runs an attempt of a job. If the database fails, the job starts again here as soon as the database can be written. The
 * attempt is not charged, and the other jobs of the queue are not started in vain. Throws the same errors as `runAttempt`.
 */
export async function runJob(
  options: JobRunOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
  planRetry: PlanRetry,
): Promise<JobOutcome> {
  for (let starts = 1; ; starts += 1) {
    try {
      const outcome = await runAttempt(options, entry, workerSignal, planRetry);
      if (outcome === null && starts > 1) await throwIfCanceled(options, entry);
      return outcome;
    } catch (error) {
      if (!(error instanceof CutOffError) && !isTransientDatabaseError(error)) throw error;
      options.events.emit('attemptEnded', {
        type: options.definition.type,
        outcome: 'postponed',
      });
      options.logger.warn({ err: error.cause ?? error }, 'database in trouble, job waits for it');
      const attempt = error instanceof CutOffError ? error.attempt : undefined;
      await closeWhenWritable(options, entry, attempt, workerSignal);
      if (starts === maxStarts) throw error;
    }
  }
}

/** The row said that the job runs, so a client that has canceled it meanwhile waits for this worker to end it. */
async function throwIfCanceled({ db }: JobRunOptions, { data }: QueueEntry): Promise<void> {
  const [status] = await listRunStatus(db, [payloadSchema.parse(data).jobId]);
  if (status?.mustStop) throw new CanceledError();
}

/** Waits until the database can be written and then stores that the attempt has ended; rejects with the signal's reason. */
async function closeWhenWritable(
  { db, pingDatabase, logger, workerName }: JobRunOptions,
  entry: QueueEntry,
  attempt: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const payload = payloadSchema.parse(entry.data);
  while (await waitUntilWritable(pingDatabase, signal)) {
    try {
      // The database may have opened an attempt although its answer was lost.
      if (attempt === undefined) await closeAttemptsOfWorker(db, payload.jobId, workerName);
      else await closeOrRecordReturn(db, payload.jobId, attempt, undefined);
      return;
    } catch (error) {
      if (!isTransientDatabaseError(error)) throw error;
    }
  }
  if (attempt !== undefined && signal.reason instanceof HandBackError) {
    // The worker that takes the job next stores it instead.
    await entry
      .updateData({ ...payload, cutOff: attempt })
      .catch((error: unknown) => logger.warn({ err: error }, 'attempt not marked as cut off'));
  }
  throw signal.reason;
}

/** False if the signal was aborted first. */
async function waitUntilWritable(
  pingDatabase: JobRunOptions['pingDatabase'],
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await delay(pingIntervalMs, undefined, { signal });
      await pingDatabase();
      return true;
    } catch {
      // The cause was logged when the job was cut off, and /readyz reports it.
    }
  }
  return false;
}
