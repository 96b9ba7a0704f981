import type { Job } from 'bullmq';
import { forgiveVanished } from '../../jobs/attempt-charges.ts';
import { closeAttempt, openAttempt } from '../../jobs/attempts.ts';
import type { EarlyAttempt, VanishedAttempts } from '../../jobs/attempts.ts';
import type { JobError } from '../../jobs/job-row.ts';
import type { Database } from '../../db/tables.ts';
import { isServerTrouble } from '../../db/server-trouble.ts';
import { JobFailure } from '../../errors.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import type { ModelService } from '../../model-service/client.ts';
import { runProcess } from './run-process.ts';
import { CanceledError, LostJobError } from './running-jobs.ts';
import type { RunningJobs } from './running-jobs.ts';
import { payloadSchema } from '../transport.ts';
import type { JobOutcome } from '../transport.ts';

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
  events: EngineEmitter;
}

/** The queue's entry for a job, as far as an attempt uses it. */
export type QueueEntry = Pick<Job, 'data' | 'updateProgress' | 'updateData'>;

/** The reason with which a worker that must end aborts its jobs: they are to begin again elsewhere. */
export class HandBackError extends Error {
  override readonly name = 'HandBackError';
}

/** By the database's clock, the job's time has not come: the queue let it go by another clock. */
export class TooEarlyError extends Error {
  override readonly name = 'TooEarlyError';
  /** Until then. */
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`its time comes in ${waitMs} ms`);
    this.waitMs = waitMs;
  }
}

/** The job has taken more workers down than one may. */
export class VanishedTooOftenError extends Error {
  override readonly name = 'VanishedTooOftenError';
}

/** So many attempts of a round are given back without a charge; a job that is itself the server's trouble must end. */
const maxSpared = 20;

/** An attempt that the trouble of the database has cut off, so that its row does not say that it has ended. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError';
  readonly attempt: number;

  constructor(attempt: number, cause: unknown) {
    super('The database cannot be used now.', { cause });
    this.attempt = attempt;
  }
}

/** How long a job waits after a failed attempt; undefined when there is no other attempt. */
export type PlanRetry = (failure: JobFailure) => number | undefined;

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
