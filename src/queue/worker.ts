import { hostname } from 'node:os';
import { DelayedError, UnrecoverableError, Worker } from 'bullmq';
import type { BackoffStrategy, IQueueBackend, Job, JobProgress, Telemetry } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { postponeMaxMs } from '../db/job-updates.ts';
import { isQueuePaused } from '../db/queue-controls.ts';
import { isServerTrouble } from '../db/server-trouble.ts';
import { presenceIntervalMs, recordWorker, removeWorker } from '../db/workers.ts';
import { JobFailure } from '../errors.ts';
import { createFaultLog } from '../fault-log.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobSettings } from '../jobs/define-job.ts';
import { handBack, postpone } from './put-back.ts';
import { CutOffError, HandBack, TooEarlyError } from './run-attempt.ts';
import type { PlanRetry } from './run-attempt.ts';
import { runJob } from './run-job.ts';
import type { JobRunOptions } from './run-job.ts';
import { CanceledError } from './running-jobs.ts';
import { closeInTime } from './transport.ts';
import type { JobOutcome, JobPayload, QueueConnection, QueueTransport } from './transport.ts';

/** No wait between two attempts grows beyond this, unless the model service asks for more. */
const backoffMaxMs = 5 * 60_000;
/** So often a job may lose its worker; once more, and it fails as STALLED. */
const maxStalls = 2;

/** How long one read waits for jobs, in seconds; a second later a connection that leads nowhere is given up. */
const readBlockSeconds = 2;
/** After a lost connection, so long until the queue is asked again. */
const retryDelayMs = 500;
/** Time to close beyond the grace period: for jobs to abort, and for the broker to answer. */
const closeDeadlineMs = 10_000;

export interface WorkerOptions extends Omit<JobRunOptions, 'deadlineMs'> {
  transport: QueueTransport;
  settings: JobSettings;
  /** Null: there are no traces. */
  telemetry: Telemetry | null;
  /** How long running jobs may go on when the worker is disposed; then they are handed back. */
  shutdownGraceMs: number;
  /** How long a job stays with a worker that no longer renews its hold; then another may take it. */
  lockDurationMs: number;
}

/** Takes jobs from their queue and runs them, until disposed; then it ends those that run, or hands them back. */
export async function startWorker(options: WorkerOptions): Promise<AsyncDisposable> {
  const { transport, settings, db, definition, workerName, runningJobs, metrics } = options;
  const queue = queueName(definition);
  const logger = options.logger.child({ queue });
  const attemptOptions = { ...options, deadlineMs: settings.deadlineMs, logger };
  const backoff = createBackoff(settings.backoffMs);
  const shutdown = new AbortController();
  const { faults } = transport;
  const presenceFaults = createFaultLog({ logger, message: 'worker presence not recorded' });
  let busy = 0;
  let onIdle: () => void = () => undefined;
  const setBusy = (slots: number) => {
    busy = slots;
    metrics.workerBusy(definition.type, busy);
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

  const worker = new Worker<
    JobPayload,
    JobOutcome,
    string,
    IQueueBackend,
    JobProgress,
    QueueConnection
  >(
    queue,
    // BullMQ hands over a signal only to a function that declares three parameters.
    async (job, token, lockSignal) => {
      const signals = [shutdown.signal, ...(lockSignal ? [lockSignal] : [])];
      // Its next stall would be its last. If it is another that takes workers down, the two must not meet again.
      const leave = job.stalledCounter < maxStalls ? () => undefined : runningJobs.enterAlone();
      if (!leave) {
        metrics.attemptEnded(definition.type, 'postponed');
        return postpone(job, token, faults);
      }
      setBusy(busy + 1);
      let retryInMs: number | undefined;
      const planRetry: PlanRetry = (failure) => {
        if (failure.retryable && hasAttemptsLeft(job)) retryInMs = backoff(job, failure);
        return retryInMs;
      };
      try {
        // A Redis that has lost what it had does not know which queues are paused.
        if (await isQueuePaused(db, definition.type)) return await postpone(job, token, faults);
        return await runJob(attemptOptions, job, AbortSignal.any(signals), planRetry);
      } catch (error) {
        if (error instanceof DelayedError) throw error;
        if (error instanceof HandBack) await handBack(job, token, faults);
        if (error instanceof TooEarlyError) await postpone(job, token, faults, error.waitMs);
        if (error instanceof CutOffError || isServerTrouble(error)) {
          await postpone(job, token, faults);
        }
        const reason = toQueueError(error, retryInMs);
        if (reason instanceof RetryableReason && hasAttemptsLeft(job)) {
          metrics.attemptFollows(definition.type, reason.message);
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
      stalledInterval: options.lockDurationMs,
      maxStalledCount: maxStalls,
      settings: { backoffStrategy },
      ...(settings.ratePerMinute === null
        ? {}
        : { limiter: { max: settings.ratePerMinute, duration: 60_000 } }),
    },
    transport.backend,
  );
  worker.on('error', (error) => faults.report(error, { queue }));
  worker.on('stalled', (jobId) => {
    metrics.jobStalled(definition.type);
    logger.warn({ jobId }, 'job stalled');
  });
  await worker.waitUntilReady();
  await record();
  const heartbeat = setInterval(() => {
    record().then(presenceFaults.clear, presenceFaults.report);
  }, presenceIntervalMs);
  metrics.workerStarted(definition.type, settings.concurrency);
  logger.info({ concurrency: settings.concurrency }, 'worker started');

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat);
      const grace = setTimeout(() => shutdown.abort(new HandBack()), options.shutdownGraceMs);
      // With the broker there, close() first ends the wait for jobs: a worker that is only paused takes what it hands back.
      await closeInTime(worker, transport, options.shutdownGraceMs + closeDeadlineMs, async () => {
        await whenIdle();
        await worker.close(true);
      });
      clearTimeout(grace);
      // It is no longer seen, and that says the same after a while.
      await removeWorker(db, id).catch((error: unknown) =>
        logger.warn({ err: error }, 'worker not taken off the list'),
      );
    },
  };
}

/** BullMQ counts an attempt once it has failed. */
function hasAttemptsLeft({ attemptsMade, opts }: Job<JobPayload, JobOutcome>): boolean {
  return attemptsMade + 1 < (opts.attempts ?? 1);
}

/** The reason that Redis keeps is the code alone; the attempt's row has the words. */
function toQueueError(error: unknown, retryInMs: number | undefined): unknown {
  if (error instanceof CanceledError) return new UnrecoverableError('CANCELED');
  if (!(error instanceof JobFailure)) return error;
  if (error.retryable) return new RetryableReason(error.code, retryInMs);
  return new UnrecoverableError(error.code);
}

class RetryableReason extends Error {
  override readonly name = 'RetryableReason';
  /** As the attempt's row says. */
  readonly retryInMs: number | undefined;

  constructor(code: string, retryInMs: number | undefined) {
    super(code);
    this.retryInMs = retryInMs;
  }
}

/** The queue holds a job for about as long as its row says; the row decides. */
const backoffStrategy: BackoffStrategy = (_attemptsMade, _type, error) =>
  error instanceof RetryableReason ? (error.retryInMs ?? postponeMaxMs) : postponeMaxMs;

/** Exponential with up to half of it on top, so that jobs that failed together do not come back together; `Retry-After` is a minimum. */
function createBackoff(baseMs: number) {
  return (
    { attemptsMade }: Job<JobPayload, JobOutcome>,
    { retryAfterMs = 0 }: JobFailure,
  ): number => {
    const full = Math.min(baseMs * 2 ** attemptsMade, Math.max(backoffMaxMs, baseMs));
    const jittered = full * (1 + Math.random() / 2);
    return Math.ceil(Math.max(jittered, retryAfterMs));
  };
}
