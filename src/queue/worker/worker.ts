import { Worker } from 'bullmq';
import type { IQueueBackend, JobProgress, Telemetry } from 'bullmq';
import { queueName } from '../../jobs/define-job.ts';
import type { JobSettings } from '../../jobs/define-job.ts';
import { startJobLocks, toLockIntervalMs } from './job-locks.ts';
import type { JobLocks } from './job-locks.ts';
import { backoffStrategy } from './retry.ts';
import { HandBackError } from './attempt-errors.ts';
import type { Presence } from './presence.ts';
import { createProcessor } from './processor.ts';
import type { JobRunOptions } from './run-job.ts';
import { createWorkload } from './workload.ts';
import { closeInTime } from '../transport.ts';
import type { JobOutcome, JobPayload, QueueConnection, QueueTransport } from '../transport.ts';

/** In effect no limit, as BullMQ also counts stalls of workers that are alive. We count vanished workers by the attempts. */
const maxStalledCount = 1_000_000;
/** Pause before the queue is read again after a connection was lost. */
const retryDelayMs = 500;
/** Time for closing after the grace period, in which jobs abort and the broker answers. */
const closeDeadlineMs = 10_000;

export interface WorkerOptions extends Omit<JobRunOptions, 'deadlineMs'> {
  transport: QueueTransport;
  /** Of all workers of this process. */
  presence: Presence;
  settings: JobSettings;
  /** Null without tracing. */
  telemetry: Telemetry | null;
  /** How long running jobs may go on after the worker is disposed; then they go back to their queue. */
  shutdownGraceMs: number;
  /** How long a lock lasts that is not renewed; then another worker may take the job. */
  lockDurationMs: number;
}

type QueueWorker = Worker<
  JobPayload,
  JobOutcome,
  string,
  IQueueBackend,
  JobProgress,
  QueueConnection
>;

/** Takes jobs from a queue and runs them. Disposal waits for running jobs, and returns those that take too long. */
export async function startWorker(options: WorkerOptions): Promise<AsyncDisposable> {
  const { transport, settings, definition, events } = options;
  const { type } = definition;
  const queue = queueName(definition);
  const logger = options.logger.child({ queue });
  const shutdown = new AbortController();
  const workload = createWorkload((running) => events.emit('workerLoadChanged', { type, running }));
  const processJob = createProcessor({
    ...options,
    logger,
    workload,
    shutdownSignal: shutdown.signal,
    holdLock: (...lock) => locks.hold(...lock),
  });
  const worker: QueueWorker = new Worker(
    queue,
    processJob,
    toWorkerOptions(options),
    transport.backend,
  );
  const locks: JobLocks = startJobLocks({
    extend: (entryIds, tokens) => worker.extendJobLocks(entryIds, tokens, options.lockDurationMs),
    lockDurationMs: options.lockDurationMs,
    logger,
  });
  worker.on('error', (error) => transport.faults.report(error, { queue }));
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
      isBusy: () => workload.running > 0,
      cut: async () => {
        await workload.whenIdle();
        await worker.close(true);
      },
    });
    clearTimeout(grace);
  });
  await worker.waitUntilReady();
  const { concurrency } = settings;
  const countRunning = () => workload.running;
  const takeOffList = await options.presence.add({ queue, concurrency, countRunning });
  events.emit('workerStarted', { type, concurrency });
  logger.info({ concurrency }, 'worker started');

  const started = stack.move();
  return {
    async [Symbol.asyncDispose]() {
      await started.disposeAsync();
      await takeOffList();
    },
  };
}

function toWorkerOptions({
  transport,
  settings,
  workerName,
  telemetry,
  lockDurationMs,
}: WorkerOptions): QueueWorker['opts'] {
  return {
    connection: transport.consumer,
    prefix: transport.prefix,
    name: workerName,
    concurrency: settings.concurrency,
    drainDelay: transport.idleWaitMs / 1_000,
    runRetryDelay: retryDelayMs,
    ...(telemetry ? { telemetry } : {}),
    lockDuration: lockDurationMs,
    skipLockRenewal: true,
    // More processes do not cost more: only one of them checks in each interval.
    stalledInterval: toLockIntervalMs(lockDurationMs),
    maxStalledCount,
    settings: { backoffStrategy },
    ...(settings.ratePerMinute === null
      ? {}
      : { limiter: { max: settings.ratePerMinute, duration: 60_000 } }),
  };
}
