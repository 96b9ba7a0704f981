import { setTimeout as delay } from 'node:timers/promises';
import { closeAttemptsOfWorker, listRunStatus } from '../../jobs/attempts/attempts.ts';
import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { CanceledError, CutOffError, HandBackError } from './attempt-errors.ts';
import type { AttemptOptions, PlanRetry, QueueEntry } from './attempt.ts';
import { closeOwn, runAttempt } from './run-attempt.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

/** How often a database that was in trouble is asked whether it can be written again. */
const askIntervalMs = 500;
/** How often a job is started before it goes back to its queue, so that others have their turn. */
const maxStarts = 3;

export interface JobRunOptions extends AttemptOptions {
  /** Rejects unless the database can be written; it says so within seconds. */
  pingDatabase: () => Promise<unknown>;
}

/**
 * Runs a job's attempt. One that was cut off by trouble of the database starts again here as soon as the database can be
 * written: it is not charged, and the queue's other jobs are not all tried in vain. Throws what `runAttempt` does.
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

/** The row said that the job runs, so a client that has canceled it since then waits for the worker to say so. */
async function throwIfCanceled({ db }: JobRunOptions, { data }: QueueEntry): Promise<void> {
  const [status] = await listRunStatus(db, [payloadSchema.parse(data).jobId]);
  if (status?.mustStop) throw new CanceledError();
}

/** Writes, once the database can be written, that the attempt has ended; rejects with the reason of the signal. */
async function closeWhenWritable(
  { db, pingDatabase, logger, workerName }: JobRunOptions,
  entry: QueueEntry,
  attempt: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const payload = payloadSchema.parse(entry.data);
  while (await waitUntilWritable(pingDatabase, signal)) {
    try {
      // The database may have opened one, and its answer was lost.
      if (attempt === undefined) await closeAttemptsOfWorker(db, payload.jobId, workerName);
      else await closeOwn(db, payload.jobId, attempt, undefined);
      return;
    } catch (error) {
      if (!isTransientDatabaseError(error)) throw error;
    }
  }
  if (attempt !== undefined && signal.reason instanceof HandBackError) {
    // The worker that takes the job next writes it instead.
    await entry
      .updateData({ ...payload, cutOff: attempt })
      .catch((error: unknown) => logger.warn({ err: error }, 'attempt not marked as cut off'));
  }
  throw signal.reason;
}

/** False when the signal came first. */
async function waitUntilWritable(
  pingDatabase: JobRunOptions['pingDatabase'],
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await delay(askIntervalMs, undefined, { signal });
      await pingDatabase();
      return true;
    } catch {
      // The reason was logged when the job was cut off, and /readyz shows it.
    }
  }
  return false;
}
