import { hostname } from 'node:os';
import { DelayedError, Worker } from 'bullmq';
import type { IQueueBackend, Job, JobProgress, Telemetry } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { countVanished, maxVanished } from '../../jobs/attempts/charges.ts';
import { isQueuePaused } from '../pauses.ts';
import { isTransientDatabaseError } from '../../db/transient-errors.ts';
import { presenceIntervalMs, recordWorker, removeWorker } from '../workers.ts';
import { queueName } from '../../jobs/define-job.ts';
import type { JobSettings } from '../../jobs/define-job.ts';
import { startLoop } from '../../platform/loop.ts';
import { startJobLocks, toLockIntervalMs } from './job-locks.ts';
import { handBack, release, postpone } from './put-back.ts';
import {
  backoffStrategy,
  createBackoff,
  hasAttemptsLeft,
  RetryableReason,
  toQueueError,
} from './retry.ts';
import { CutOffError, HandBackError, LostJobError, TooEarlyError } from './attempt-errors.ts';
import type { PlanRetry } from './attempt.ts';
import { runJob } from './run-job.ts';
import type { JobRunOptions } from './run-job.ts';
import { closeInTime } from '../transport.ts';
import type { JobOutcome, JobPayload, QueueConnection, QueueTransport } from '../transport.ts';

/** In effect no limit, as BullMQ also counts stalls of workers that are alive. We count vanished workers by the attempts. */
const maxStalledCount = 1_000_000;
/** How long one read waits for jobs. A connection that has not answered a second later is closed. */
const readBlockSeconds = 2;
/** Pause before the queue is read again after a connection was lost. */
const retryDelayMs = 500;
/** Time for closing after the grace period, in which jobs abort and the broker answers. */
const closeDeadlineMs = 10_000;

export interface WorkerOptions extends Omit<JobRunOptions, 'deadlineMs'> {
  transport: QueueTransport;
  settings: JobSettings;
  /** Null without tracing. */
  telemetry: Telemetry | null;
  /** How long running jobs may go on after the worker is disposed; then they go back to their queue. */
  shutdownGraceMs: number;
  /** How long a lock lasts that is not renewed; then another worker may take the job. */
  lockDurationMs: number;
}

/** Takes jobs from a queue and runs them. Disposal waits for running jobs, and returns those that take too long. */
export async function startWorker(options: WorkerOptions): Promise<AsyncDisposable> {
  const { transport, settings, db, definition, workerName, runningJobs, events } = options;
  const { type } = definition;
  const queue = queueName(definition);
  const logger = options.logger.child({ queue });
  const attemptOptions = { ...options, deadlineMs: settings.deadlineMs, logger };
  const backoff = createBackoff(settings.backoffMs);
  const shutdown = new AbortController();
  const { faults } = transport;
  let busy = 0;
  let onIdle: () => void = () => undefined;
  const setBusy = (running: number) => {
    busy = running;
    events.emit('workerLoadChanged', { type, running });
    if (busy === 0) onIdle();
  };
  const whenIdle = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    onIdle = resolve;
    setBusy(busy);
    return promise;
  };
  const id = uuidv7();
  const record = () =>
    recordWorker(db, {
      id,
      queue,
      name: workerName,
      host: hostname(),
      concurrency: settings.concurrency,
      busy,
    });

  /** Two jobs with which workers have vanished must not run together, as either may be the one that crashes them. */
  async function enter({ data, stalledCounter }: Job<JobPayload>) {
    const isSuspect = stalledCounter > 0 && (await countVanished(db, data)) >= maxVanished;
    return isSuspect ? runningJobs.acquireIsolation() : () => undefined;
  }

  const worker = new Worker<
    JobPayload,
    JobOutcome,
    string,
    IQueueBackend,
    JobProgress,
    QueueConnection
  >(
    queue,
    async (job, token) => {
      // BullMQ's lock begins when the worker fetches the job.
      using lock = locks.hold(job.id!, token!, Date.now() - (job.processedOn ?? Date.now()));
      setBusy(busy + 1);
      let leave = (): void => undefined;
      let retryInMs: number | undefined;
      const planRetry: PlanRetry = (failure) => {
        if (failure.retryable && hasAttemptsLeft(job)) retryInMs = backoff(job, failure);
        return retryInMs;
      };
      try {
        // A Redis that has lost its data does not know which queues are paused.
        if (await isQueuePaused(db, type)) return await postpone(job, token, faults);
        const entered = await enter(job);
        if (!entered) {
          events.emit('attemptEnded', { type, outcome: 'postponed' });
          return await postpone(job, token, faults);
        }
        leave = entered;
        const signal = AbortSignal.any([shutdown.signal, lock.signal]);
        return await runJob(attemptOptions, job, signal, planRetry);
      } catch (error) {
        if (error instanceof DelayedError) throw error;
        if (error instanceof LostJobError) await release(job, token);
        if (error instanceof HandBackError) await handBack(job, token, faults);
        if (error instanceof TooEarlyError) await postpone(job, token, faults, error.waitMs);
        if (error instanceof CutOffError || isTransientDatabaseError(error)) {
          await postpone(job, token, faults);
        }
        const reason = toQueueError(error, retryInMs);
        if (reason instanceof RetryableReason && hasAttemptsLeft(job)) {
          events.emit('retryScheduled', { type, code: reason.message });
        }
        throw reason;
      } finally {
        setBusy(busy - 1);
        leave();
      }
    },
    {
      connection: transport.consumer,
      prefix: transport.prefix,
      name: workerName,
      concurrency: settings.concurrency,
      drainDelay: readBlockSeconds,
      runRetryDelay: retryDelayMs,
      ...(options.telemetry ? { telemetry: options.telemetry } : {}),
      lockDuration: options.lockDurationMs,
      skipLockRenewal: true,
      // More processes do not cost more: only one of them checks in each interval.
      stalledInterval: toLockIntervalMs(options.lockDurationMs),
      maxStalledCount,
      settings: { backoffStrategy },
      ...(settings.ratePerMinute === null
        ? {}
        : { limiter: { max: settings.ratePerMinute, duration: 60_000 } }),
    },
    transport.backend,
  );
  const locks = startJobLocks({
    extend: (entryIds, tokens) => worker.extendJobLocks(entryIds, tokens, options.lockDurationMs),
    lockDurationMs: options.lockDurationMs,
    logger,
  });
  worker.on('error', (error) => faults.report(error, { queue }));
  worker.on('stalled', (jobId) => {
    events.emit('jobStalled', { type });
    logger.warn({ jobId }, 'job stalled');
  });
  await using stack = new AsyncDisposableStack();
  stack.use(locks);
  stack.defer(async () => {
    const grace = setTimeout(() => shutdown.abort(new HandBackError()), options.shutdownGraceMs);
    // close() first stops fetching jobs; a worker that is only paused would fetch the jobs that it returns.
    await closeInTime(worker, transport, options.shutdownGraceMs + closeDeadlineMs, {
      isBusy: () => busy > 0,
      cut: async () => {
        await whenIdle();
        await worker.close(true);
      },
    });
    clearTimeout(grace);
  });
  await worker.waitUntilReady();
  await record();
  const intervalMs = presenceIntervalMs;
  const presence = startLoop({ name: 'worker presence', run: record, intervalMs, logger });
  events.emit('workerStarted', { type, concurrency: settings.concurrency });
  logger.info({ concurrency: settings.concurrency }, 'worker started');

  const started = stack.move();
  return {
    async [Symbol.asyncDispose]() {
      // In parallel: the presence loop may wait for the database, but the jobs must not.
      await Promise.all([presence[Symbol.asyncDispose](), started.disposeAsync()]);
      // If this fails, the row expires, as it is no longer renewed.
      await removeWorker(db, id).catch((error: unknown) =>
        logger.warn({ err: error }, 'worker not taken off the list'),
      );
    },
  };
}
