import { forgiveVanished } from '../../jobs/attempt-charges.ts';
import { closeAttempt, openAttempt } from '../../jobs/attempts.ts';
import type { EarlyAttempt, VanishedAttempts } from '../../jobs/attempts.ts';
import type { JobError } from '../../jobs/job-row.ts';
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

/** So many attempts of a round are given back without a charge; a job that is itself the server's trouble must end. */
const maxSpared = 20;

/**
 * Runs one attempt of a job: opens it, does the work, writes how it ended. Returns null when the job is not to run any
 * more; throws JobFailure when the attempt failed, CanceledError when the job was called off, HandBackError or LostJobError when
 * the worker's signal said so, TooEarlyError when it cannot begin yet, VanishedTooOftenError when it took too many workers
 * down, and CutOffError, or the database's own error before it was opened, when that was in trouble.
 */
export async function runAttempt(
  options: AttemptOptions,
  entry: QueueEntry,
  workerSignal: AbortSignal,
  planRetry: PlanRetry,
): Promise<JobOutcome> {
  const { db, definition, events, runningJobs, workerName } = options;
  const payload = payloadSchema.parse(entry.data);
  // Before it is opened: whoever calls it off from then on expects somebody to hear it.
  const tracked = runningJobs.track(payload.jobId);
  try {
    const opened = await openAttempt(db, payload, workerName);
    if (!opened) return null;
    if (opened.number === undefined) throw refuse(options, opened);
    const { number: attempt, job } = opened;
    const isSpared = opened.spared < maxSpared;
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
      const ending = { jobId: job.id, attempt, isSpared };
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

/** Writes the end of an attempt of this worker. Another may have taken it for vanished: it has stood still, and is there. */
export async function closeOwn(...ending: Parameters<typeof closeAttempt>): Promise<void> {
  const [db, jobId, attempt] = ending;
  if (!(await closeAttempt(...ending))) await forgiveVanished(db, jobId, attempt);
}

interface EndingAttempt {
  jobId: string;
  attempt: number;
  /** Whether it may still be given back without a charge. */
  isSpared: boolean;
}

/** Writes why an attempt ended without success, and says what to throw. */
async function endAttempt(
  { db, definition, events, logger, planRetry }: AttemptOptions & { planRetry: PlanRetry },
  { jobId, attempt, isSpared }: EndingAttempt,
  reason: unknown,
): Promise<unknown> {
  const { type } = definition;
  if (isSpared && isServerTrouble(reason)) return new CutOffError(attempt, reason);
  const isStopped = [HandBackError, CanceledError, LostJobError].some((it) => reason instanceof it);
  const failure = isStopped ? undefined : toFailure(reason, definition, logger);
  try {
    const error = failure && toJobError(failure, attempt);
    await closeOwn(db, jobId, attempt, error, failure && planRetry(failure));
  } catch (error) {
    // Another's attempt is not to be followed by one of ours; who takes the job over closes this one.
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

/** What a client may hear of it. Anything that nobody foresaw is a bug, and goes to the log alone. */
function toFailure(error: unknown, { type }: JobDefinition, logger: Logger): JobFailure {
  if (error instanceof JobFailure) return error;
  logger.error({ err: error, type }, 'job threw an unexpected error');
  return new JobFailure('INTERNAL', 'Something went wrong inside the job.', { cause: error });
}
