import { hostname } from 'node:os';
import { DelayedError, UnrecoverableError, Worker } from 'bullmq';
import type { BackoffStrategy, IQueueBackend, Job, JobProgress, Telemetry } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { isUnavailable } from '../db/unavailable.ts';
import { presenceIntervalMs, recordWorker, removeWorker } from '../db/workers.ts';
import { JobFailure } from '../errors.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobSettings } from '../jobs/define-job.ts';
import { HandBack, runAttempt } from './run-attempt.ts';
import type { AttemptOptions } from './run-attempt.ts';
import { closeWorker, handBack, letGo } from './give-back.ts';
import { startJobLocks, toLockIntervalMs } from './job-locks.ts';
import { CanceledError, LostJobError } from './running-jobs.ts';
import type { JobOutcome, JobPayload, QueueConnection, QueueTransport } from './transport.ts';

/** No wait between two attempts grows beyond this, unless the model service asks for more. */
const backoffMaxMs = 5 * 60_000;
/** A job that cannot run now is tried again after so long, and up to as much again. */
const postponeMs = 2_000;
/** So often a job may lose its worker; once more, and it fails as STALLED. */
const maxStalls = 2;

export interface WorkerOptions extends Omit<AttemptOptions, 'deadlineMs'> {
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
  const shutdown = new AbortController();
  let busy = 0;
  const setBusy = (slots: number) => {
    busy = slots;
    metrics.workerBusy(definition.type, busy);
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
    async (job, token) => {
      // As BullMQ has it, the lock began when the job was asked for.
      using lock = locks.hold(job.id!, token!, Date.now() - (job.processedOn ?? Date.now()));
      // Its next stall would be its last. If it is another that takes workers down, the two must not meet again.
      const leave = job.stalledCounter < maxStalls ? () => undefined : runningJobs.enterAlone();
      if (!leave) {
        metrics.attemptEnded(definition.type, 'postponed');
        return await postpone(job, token);
      }
      setBusy(busy + 1);
      try {
        return await runAttempt(
          attemptOptions,
          job,
          AbortSignal.any([shutdown.signal, lock.signal]),
        );
      } catch (error) {
        if (error instanceof LostJobError) await letGo(job, token);
        if (error instanceof HandBack) await handBack(job, token);
        if (isUnavailable(error)) await postpone(job, token);
        const reason = toQueueError(error);
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
      ...(options.telemetry ? { telemetry: options.telemetry } : {}),
      lockDuration: options.lockDurationMs,
      skipLockRenewal: true,
      // Many processes cost no more: only one of them searches in each interval.
      stalledInterval: toLockIntervalMs(options.lockDurationMs),
      maxStalledCount: maxStalls,
      settings: { backoffStrategy: createBackoff(settings.backoffMs) },
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
  worker.on('error', (error) => logger.warn({ err: error }, 'worker connection failed'));
  worker.on('stalled', (jobId) => {
    metrics.jobStalled(definition.type);
    logger.warn({ jobId }, 'job stalled');
  });
  await using stack = new AsyncDisposableStack();
  stack.use(locks);
  stack.defer(() =>
    closeWorker(worker, () => shutdown.abort(new HandBack()), options.shutdownGraceMs),
  );
  await worker.waitUntilReady();
  await record();
  const heartbeat = setInterval(() => {
    record().catch((error: unknown) => logger.warn({ err: error }, 'worker presence not recorded'));
  }, presenceIntervalMs);
  metrics.workerStarted(definition.type, settings.concurrency);
  logger.info({ concurrency: settings.concurrency }, 'worker started');

  const started = stack.move();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat);
      await started.disposeAsync();
      // It says that it is gone; who is not told sees it by its age.
      await removeWorker(db, id).catch((error: unknown) =>
        logger.warn({ err: error }, 'worker presence not removed'),
      );
    },
  };
}

/** BullMQ counts an attempt once it has failed. */
function hasAttemptsLeft({ attemptsMade, opts }: Job<JobPayload, JobOutcome>): boolean {
  return attemptsMade + 1 < (opts.attempts ?? 1);
}

/** Puts a job off without spending an attempt: that it cannot run now is no fault of its own. */
async function postpone(
  job: Job<JobPayload, JobOutcome>,
  token: string | undefined,
): Promise<never> {
  await job.moveToDelayed(Date.now() + postponeMs * (1 + Math.random()), token);
  throw new DelayedError();
}

/** The reason that Redis keeps is the code alone; the attempt's row has the words. */
function toQueueError(error: unknown): unknown {
  if (error instanceof CanceledError) return new UnrecoverableError('CANCELED');
  if (!(error instanceof JobFailure)) return error;
  if (error.retryable) return new RetryableReason(error.code, error.retryAfterMs);
  return new UnrecoverableError(error.code);
}

class RetryableReason extends Error {
  override readonly name = 'RetryableReason';
  readonly retryAfterMs: number | undefined;

  constructor(code: string, retryAfterMs: number | undefined) {
    super(code);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Exponential with up to half of it on top, so that jobs that failed together do not come back together; `Retry-After` is a minimum. */
function createBackoff(baseMs: number): BackoffStrategy {
  return (attemptsMade, _type, error) => {
    const full = Math.min(baseMs * 2 ** (attemptsMade - 1), Math.max(backoffMaxMs, baseMs));
    const jittered = full * (1 + Math.random() / 2);
    const asked = error instanceof RetryableReason ? (error.retryAfterMs ?? 0) : 0;
    return Math.ceil(Math.max(jittered, asked));
  };
}
