import type { Job } from 'bullmq';
import { closeAttempt, openAttempt } from '../db/attempts.ts';
import type { Database } from '../db/tables.ts';
import { isUnavailable } from '../db/unavailable.ts';
import { JobFailure } from '../errors.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { ModelService } from '../model-service/client.ts';
import { runProcess } from './run-process.ts';
import { CanceledError, LostJobError } from './running-jobs.ts';
import type { RunningJobs } from './running-jobs.ts';
import { payloadSchema } from './transport.ts';
import type { JobOutcome } from './transport.ts';

export interface AttemptOptions {
  db: Database;
  definition: JobDefinition;
  modelService: ModelService;
  runningJobs: RunningJobs;
  workerName: string;
  /** From the job's first start; later it is given up. */
  deadlineMs: number;
  /** Tells who reads the job's log that it has lines up to this sequence. */
  announceLogs: (jobId: string, sequence: number) => void;
  logger: Logger;
  metrics: Metrics;
}

/** The queue's entry for a job, as far as an attempt uses it. */
export type QueueEntry = Pick<Job, 'data' | 'updateProgress'>;

/** The reason with which a worker that must end aborts its jobs: they are to begin again elsewhere. */
export class HandBack extends Error {
  override readonly name = 'HandBack';
}

/**
 * Runs one attempt of a job: opens it, does the work, writes how it ended. Returns null when the job is not to run any
 * more; throws JobFailure when the attempt failed, CanceledError when the job was called off, HandBack or LostJobError when
 * the worker's signal said so, and the database's own error when that could not be reached.
 */
export async function runAttempt(
  options: AttemptOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
): Promise<JobOutcome> {
  const { db, definition, metrics, runningJobs, workerName } = options;
  const payload = payloadSchema.parse(entry.data);
  // Before it is opened: whoever calls it off from then on expects somebody to hear it.
  const tracked = runningJobs.track(payload.jobId);
  try {
    const opened = await openAttempt(db, payload, workerName);
    if (!opened) return null;
    const { number: attempt, job } = opened;
    tracked.setAttempt(attempt);
    const logger = options.logger.child({ jobId: job.id, attempt });
    const deadline = startDeadline(job.startedAt ?? new Date(), options.deadlineMs);
    const signal = AbortSignal.any([workerSignal, tracked.signal, deadline.signal]);
    metrics.attemptBegun(job, attempt);
    logger.info('job started');
    try {
      await runProcess({ ...options, logger }, entry, opened, signal);
      await closeAttempt(db, job.id, attempt, undefined);
      metrics.attemptEnded(definition.type, 'completed');
      logger.info('job completed');
      return { attempt };
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      throw await endAttempt(options, logger, { jobId: job.id, attempt }, reason);
    } finally {
      deadline.clear();
    }
  } finally {
    tracked.untrack();
  }
}

function startDeadline(startedAt: Date, deadlineMs: number) {
  const controller = new AbortController();
  const failure = new JobFailure('DEADLINE_EXCEEDED', 'The job took longer than its type allows.');
  const left = startedAt.getTime() + deadlineMs - Date.now();
  const timer = setTimeout(() => controller.abort(failure), Math.max(left, 0));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** Writes why an attempt ended without success, and says what to throw. */
async function endAttempt(
  { db, definition, metrics }: AttemptOptions,
  logger: Logger,
  { jobId, attempt }: { jobId: string; attempt: number },
  reason: unknown,
): Promise<unknown> {
  if (reason instanceof HandBack || reason instanceof CanceledError) {
    const outcome = reason instanceof HandBack ? 'handed_back' : 'canceled';
    metrics.attemptEnded(definition.type, outcome);
    logger.info({ reason: reason.name }, 'job stopped');
    await closeAttempt(db, jobId, attempt, undefined);
    return reason;
  }
  if (reason instanceof LostJobError) {
    metrics.attemptEnded(definition.type, 'failed', 'STALLED');
    // Whoever takes the job over closes this attempt.
    logger.warn('job lost');
    return reason;
  }
  if (isUnavailable(reason)) {
    metrics.attemptEnded(definition.type, 'postponed');
    // There is nowhere to write it; the next attempt closes this one.
    logger.warn({ err: reason }, 'database not available');
    return reason;
  }
  const failure = toFailure(reason, definition, logger);
  const { code, message, retryable } = failure;
  metrics.attemptEnded(definition.type, 'failed', code);
  logger.warn({ code, retryable }, 'attempt failed');
  await closeAttempt(db, jobId, attempt, { code, message, retryable, attempt });
  return failure;
}

/** What a client may hear of it. Anything that nobody foresaw is a bug, and goes to the log alone. */
function toFailure(error: unknown, { type }: JobDefinition, logger: Logger): JobFailure {
  if (error instanceof JobFailure) return error;
  logger.error({ err: error, type }, 'job threw an unexpected error');
  return new JobFailure('INTERNAL', 'Something went wrong inside the job.', { cause: error });
}
