import { recordReturn } from '../../jobs/attempts/charges.ts';
import { closeAttempt } from '../../jobs/attempts/attempts.ts';
import { openAttempt } from '../../jobs/attempts/open-attempt.ts';
import type {
  EarlyAttempt,
  PausedAttempt,
  VanishedAttempts,
} from '../../jobs/attempts/open-attempt.ts';
import type { JobError } from '../../jobs/rows/row.ts';
import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { JobFailure } from '../../errors.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  CanceledError,
  CutOffError,
  HandBackError,
  LostJobError,
  QueuePausedError,
  TooEarlyError,
  VanishedTooOftenError,
} from './attempt-errors.ts';
import type { AttemptOptions, PlanRetry, QueueEntry } from './attempt.ts';
import { runProcess } from './run-process.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

/** Uncharged attempts of a round at most: a job that breaks the database's server itself must end. */
const maxUncharged = 20;

/**
 * Runs one attempt of a job: opens it, does the work, and stores how it ended. Returns null if the job must not run any more.
 * Throws JobFailure if the attempt failed, CanceledError if the job was canceled, HandBackError or LostJobError if the
 * worker's signal was aborted with it, QueuePausedError, TooEarlyError if it may not begin yet, VanishedTooOftenError if too many workers
 * vanished, and, if the database failed, CutOffError, or the database's own error before the attempt was opened.
 */
export async function runAttempt(
  options: AttemptOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
  planRetry: PlanRetry,
): Promise<JobOutcome> {
  const { db, definition, events, runningJobs, workerName } = options;
  const payload = payloadSchema.parse(entry.data);
  // Before the attempt is opened, so that no request to cancel the job is missed.
  const tracked = runningJobs.track(payload.jobId);
  try {
    const opened = await openAttempt(db, payload, workerName);
    if (!opened) return null;
    if (opened.number === undefined) throw refuse(options, opened);
    const { number: attempt, job } = opened;
    const mayGoUncharged = opened.uncharged < maxUncharged;
    tracked.setAttempt(attempt);
    const logger = options.logger.child({ jobId: job.id, attempt });
    const deadline = startDeadline(options.deadlineMs - opened.usedMs);
    const signal = AbortSignal.any([workerSignal, tracked.signal, deadline.signal]);
    events.emit('attemptStarted', { job, attempt, startedAt: opened.startedAt });
    logger.info('job started');
    try {
      await runProcess({ ...options, logger }, entry, opened, signal);
      await closeOrRecordReturn(db, job.id, attempt, undefined);
      events.emit('attemptEnded', { type: definition.type, outcome: 'completed' });
      logger.info('attempt completed');
      return { attempt };
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      const ending = { jobId: job.id, attempt, mayGoUncharged };
      throw await endAttempt({ ...options, logger, planRetry }, ending, reason);
    } finally {
      deadline.clear();
    }
  } finally {
    tracked.untrack();
  }
}

function refuse(
  { events, definition: { type } }: AttemptOptions,
  why: EarlyAttempt | PausedAttempt | VanishedAttempts,
): Error {
  if ('isPaused' in why) return new QueuePausedError('The queue is paused.');
  if (!('waitMs' in why)) return new VanishedTooOftenError();
  events.emit('attemptEnded', { type, outcome: 'postponed' });
  return new TooEarlyError(why.waitMs);
}

function startDeadline(leftMs: number) {
  const controller = new AbortController();
  const failure = new JobFailure('DEADLINE_EXCEEDED', 'The job took longer than its type allows.');
  const timer = setTimeout(() => controller.abort(failure), Math.max(leftMs, 0));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** Stores the end of this worker's attempt; if another worker closed it as vanished, that this worker has come back. */
export async function closeOrRecordReturn(
  ...ending: Parameters<typeof closeAttempt>
): Promise<void> {
  const [db, jobId, attempt] = ending;
  if (!(await closeAttempt(...ending))) await recordReturn(db, jobId, attempt);
}

interface EndingAttempt {
  jobId: string;
  attempt: number;
  /** Whether the round has uncharged attempts left. */
  mayGoUncharged: boolean;
}

/** Stores why an attempt ended without success, and returns the error to throw. */
async function endAttempt(
  { db, definition, events, logger, planRetry }: AttemptOptions & { planRetry: PlanRetry },
  { jobId, attempt, mayGoUncharged }: EndingAttempt,
  reason: unknown,
): Promise<unknown> {
  const { type } = definition;
  if (mayGoUncharged && isTransientDatabaseError(reason)) return new CutOffError(attempt, reason);
  const isStopped = [HandBackError, CanceledError, LostJobError].some((it) => reason instanceof it);
  const failure = isStopped ? undefined : toFailure(reason, definition, logger);
  try {
    const error = failure && toJobError(failure, attempt);
    await closeOrRecordReturn(db, jobId, attempt, error, failure && planRetry(failure));
  } catch (error) {
    // Another worker has the job now, and closes this attempt.
    if (reason instanceof LostJobError) logger.warn({ err: error }, 'attempt not closed');
    else if (isTransientDatabaseError(error)) return new CutOffError(attempt, error);
    else throw error;
  }
  if (reason instanceof LostJobError) {
    events.emit('attemptEnded', { type, outcome: 'failed', code: 'STALLED' });
    logger.warn('job lost');
    return reason;
  }
  if (failure) {
    const { code, retryable, forLog } = failure;
    events.emit('attemptEnded', { type, outcome: 'failed', code });
    logger.warn({ ...forLog, code, retryable }, 'attempt failed');
    return failure;
  }
  const outcome = reason instanceof HandBackError ? 'handed_back' : 'canceled';
  events.emit('attemptEnded', { type, outcome });
  logger.info({ outcome }, 'attempt stopped');
  return reason;
}

function toJobError({ code, message, retryable }: JobFailure, attempt: number): JobError {
  return { code, message, retryable, attempt };
}

/** The failure that clients see. An unexpected error is a bug, whose details only the log has. */
function toFailure(error: unknown, { type }: JobDefinition, logger: Logger): JobFailure {
  if (error instanceof JobFailure) return error;
  logger.error({ err: error, type }, 'job threw an unexpected error');
  return new JobFailure('INTERNAL', 'An internal error occurred while the job ran.', {
    cause: error,
  });
}
