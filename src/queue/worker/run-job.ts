import { setTimeout as delay } from 'node:timers/promises';
import { closeOwnAttempts, listRunStatus } from '../../jobs/attempts.ts';
import { isServerTrouble } from '../../db/server-trouble.ts';
import { CanceledError, CutOffError, HandBackError } from './attempt-errors.ts';
import type { AttemptOptions, PlanRetry, QueueEntry } from './attempt.ts';
import { closeOwn, runAttempt } from './run-attempt.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

/** How often a database that was in trouble is asked whether it can be written again. */
const askIntervalMs = 500;
/** So often a job is begun again in its place; then others have their turn first. */
const maxBeginnings = 3;

export interface JobRunOptions extends AttemptOptions {
  /** Rejects unless the database can be written; it says so within seconds. */
  pingDatabase: () => Promise<unknown>;
}

/**
 * Runs a job's attempt. What the trouble of the database has cut off begins again as soon as that can be written, in the
 * same place: nothing is charged, and a queue of waiting jobs is not run through in vain. Throws what `runAttempt` does.
 */
export async function runJob(
  options: JobRunOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
  planRetry: PlanRetry,
): Promise<JobOutcome> {
  for (let beginnings = 1; ; beginnings += 1) {
    try {
      const outcome = await runAttempt(options, entry, workerSignal, planRetry);
      if (outcome === null && beginnings > 1) await expectWanted(options, entry);
      return outcome;
    } catch (error) {
      if (!(error instanceof CutOffError) && !isServerTrouble(error)) throw error;
      options.events.emit('attemptEnded', {
        type: options.definition.type,
        outcome: 'postponed',
      });
      options.logger.warn({ err: error.cause ?? error }, 'database in trouble, job waits for it');
      const attempt = error instanceof CutOffError ? error.attempt : undefined;
      await giveBack(options, entry, attempt, workerSignal);
      if (beginnings === maxBeginnings) throw error;
    }
  }
}

/** Its row says that it runs, so that whoever has called it off meanwhile waits to be told. */
async function expectWanted({ db }: JobRunOptions, { data }: QueueEntry): Promise<void> {
  const [status] = await listRunStatus(db, [payloadSchema.parse(data).jobId]);
  if (status?.isToStop) throw new CanceledError();
}

/** Writes, once the database can be written, that the attempt has ended; rejects with the reason of the signal. */
async function giveBack(
  { db, pingDatabase, logger, workerName }: JobRunOptions,
  entry: QueueEntry,
  attempt: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const payload = payloadSchema.parse(entry.data);
  while (await becomesWritable(pingDatabase, signal)) {
    try {
      // Whether one was opened, the database may have done and not said.
      if (attempt === undefined) await closeOwnAttempts(db, payload.jobId, workerName);
      else await closeOwn(db, payload.jobId, attempt, undefined);
      return;
    } catch (error) {
      if (!isServerTrouble(error)) throw error;
    }
  }
  if (attempt !== undefined && signal.reason instanceof HandBackError) {
    // Whoever takes the job next writes it in our place.
    await entry
      .updateData({ ...payload, cutOff: attempt })
      .catch((error: unknown) => logger.warn({ err: error }, 'attempt not marked as cut off'));
  }
  throw signal.reason;
}

/** False when the signal came first. */
async function becomesWritable(
  pingDatabase: JobRunOptions['pingDatabase'],
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await delay(askIntervalMs, undefined, { signal });
      await pingDatabase();
      return true;
    } catch {
      // Why not, was said when the job was cut off, and /readyz says it.
    }
  }
  return false;
}
