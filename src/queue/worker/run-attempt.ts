import { recordReturned } from '../../jobs/attempts/charges.ts';
import { closeAttempt, openAttempt } from '../../jobs/attempts/attempts.ts';
import type { EarlyAttempt, VanishedAttempts } from '../../jobs/attempts/attempts.ts';
import type { JobError } from '../../jobs/rows/row.ts';
import { isServerTrouble } from '../../db/server-trouble.ts';
import { JobFailure } from '../../errors.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  CanceledError,
  CutOffError,
  HandBackError,
  LostJobError,
  TooEarlyError,
  VanishedTooOftenError,
} from './attempt-errors.ts';
import type { AttemptOptions, PlanRetry, QueueEntry } from './attempt.ts';
import { runProcess } from './run-process.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

/** Attempts of a round that go uncharged at most: a job that itself breaks the server must end. */
const maxUncharged = 20;

/**
 * Runs one attempt of a job: opens it, does the work, writes how it ended. Returns null when the job is not to run any
 * more; throws JobFailure when the attempt failed, CanceledError when the job was canceled, HandBackError or LostJobError when
 * the worker's signal said so, TooEarlyError when it cannot begin yet, VanishedTooOftenError when too many workers vanished
 * with it, and CutOffError, or the database's own error before it was opened, when that was in trouble.
 */
export async function runAttempt(
  options: AttemptOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
  planRetry: PlanRetry,
): Promise<JobOutcome> {
  const { db, definition, events, runningJobs, workerName } = options;
  const payload = payloadSchema.parse(entry.data);
  // Before it is opened: a cancel request from then on must reach this worker.
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
      await closeOwn(db, job.id, attempt, undefined);
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
  why: EarlyAttempt | VanishedAttempts,
): Error {
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

/** Writes the end of an attempt of this worker, or that the worker is there, if another has closed the attempt as vanished. */
export async function closeOwn(...ending: Parameters<typeof closeAttempt>): Promise<void> {
  const [db, jobId, attempt] = ending;
  if (!(await closeAttempt(...ending))) await recordReturned(db, jobId, attempt);
}

interface EndingAttempt {
  jobId: string;
  attempt: number;
  /** Whether the round has uncharged attempts left. */
  mayGoUncharged: boolean;
}

/** Writes why an attempt ended without success, and says what to throw. */
async function endAttempt(
  { db, definition, events, logger, planRetry }: AttemptOptions & { planRetry: PlanRetry },
  { jobId, attempt, mayGoUncharged }: EndingAttempt,
  reason: unknown,
): Promise<unknown> {
  const { type } = definition;
  if (mayGoUncharged && isServerTrouble(reason)) return new CutOffError(attempt, reason);
  const isStopped = [HandBackError, CanceledError, LostJobError].some((it) => reason instanceof it);
  const failure = isStopped ? undefined : toFailure(reason, definition, logger);
  try {
    const error = failure && toJobError(failure, attempt);
    await closeOwn(db, jobId, attempt, error, failure && planRetry(failure));
  } catch (error) {
    // The job is another worker's now, which closes this attempt.
    if (reason instanceof LostJobError) logger.warn({ err: error }, 'attempt not closed');
    else if (isServerTrouble(error)) return new CutOffError(attempt, error);
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

/** What clients see of an error. An unexpected one is a bug, whose details go to the log alone. */
function toFailure(error: unknown, { type }: JobDefinition, logger: Logger): JobFailure {
  if (error instanceof JobFailure) return error;
  logger.error({ err: error, type }, 'job threw an unexpected error');
  return new JobFailure('INTERNAL', 'An internal error occurred while the job ran.', {
    cause: error,
  });
}
