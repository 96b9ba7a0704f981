import { DelayedError } from 'bullmq';
import type { Job } from 'bullmq';
import { countVanished, maxVanished } from '../../jobs/attempts/charges.ts';
import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import type { JobSettings } from '../../jobs/define-job.ts';
import type { JobOutcome, JobPayload, QueueTransport } from '../transport.ts';
import {
  CutOffError,
  HandBackError,
  LostJobError,
  QueuePausedError,
  TooEarlyError,
} from './attempt-errors.ts';
import type { PlanRetry } from './attempt.ts';
import type { JobLocks } from './job-locks.ts';
import { handBack, postpone, release } from './put-back.ts';
import { createBackoff, hasAttemptsLeft, RetryableReason, toQueueError } from './retry.ts';
import { runJob } from './run-job.ts';
import type { JobRunOptions } from './run-job.ts';
import type { Workload } from './workload.ts';

type QueueJob = Job<JobPayload, JobOutcome>;

export interface ProcessorOptions extends Omit<JobRunOptions, 'deadlineMs'> {
  transport: QueueTransport;
  settings: JobSettings;
  workload: Workload;
  /** Aborted with HandBackError when running jobs must go back to their queue. */
  shutdownSignal: AbortSignal;
  holdLock: JobLocks['hold'];
}

/** Creates the function with which BullMQ's worker runs each job. It throws what BullMQ is to do with a job that failed. */
export function createProcessor(options: ProcessorOptions) {
  const { db, definition, events, runningJobs, settings, shutdownSignal, workload } = options;
  const { faults } = options.transport;
  const { type } = definition;
  const runOptions = { ...options, deadlineMs: settings.deadlineMs };
  const backoff = createBackoff(settings.backoffMs);

  /** Two jobs with which workers have vanished must not run together, as either may be the one that crashes them. */
  async function enter({ data, stalledCounter }: QueueJob) {
    const isSuspect = stalledCounter > 0 && (await countVanished(db, data)) >= maxVanished;
    return isSuspect ? runningJobs.acquireIsolation() : () => undefined;
  }

  /** Returns a job to its queue if it did not fail; otherwise throws its failure. */
  async function endUnsuccessfully(
    job: QueueJob,
    token: string | undefined,
    error: unknown,
    retryInMs: number | undefined,
  ): Promise<never> {
    if (error instanceof DelayedError) throw error;
    if (error instanceof LostJobError) return release(job, token);
    if (error instanceof HandBackError) return handBack(job, token, faults);
    if (error instanceof QueuePausedError) return postpone(job, token, faults);
    if (error instanceof TooEarlyError) return postpone(job, token, faults, error.waitMs);
    if (error instanceof CutOffError || isTransientDatabaseError(error)) {
      return postpone(job, token, faults);
    }
    const reason = toQueueError(error, retryInMs);
    if (reason instanceof RetryableReason && hasAttemptsLeft(job)) {
      events.emit('retryScheduled', { type, code: reason.message });
    }
    throw reason;
  }

  return async (job: QueueJob, token?: string): Promise<JobOutcome> => {
    // BullMQ's lock begins when the worker fetches the job.
    using lock = options.holdLock(job.id!, token!, Date.now() - (job.processedOn ?? Date.now()));
    using _load = workload.begin();
    let leave = (): void => undefined;
    let retryInMs: number | undefined;
    const planRetry: PlanRetry = (failure) => {
      if (failure.retryable && hasAttemptsLeft(job)) retryInMs = backoff(job, failure);
      return retryInMs;
    };
    try {
      const entered = await enter(job);
      if (!entered) {
        events.emit('attemptEnded', { type, outcome: 'postponed' });
        return await postpone(job, token, faults);
      }
      leave = entered;
      const signal = AbortSignal.any([shutdownSignal, lock.signal]);
      return await runJob(runOptions, job, signal, planRetry);
    } catch (error) {
      return await endUnsuccessfully(job, token, error, retryInMs);
    } finally {
      leave();
    }
  };
}
