import type { Job } from 'bullmq';
import { closeAttempt, isNewestAttempt, openAttempt } from '../db/attempts.ts';
import type { OpenedAttempt } from '../db/attempts.ts';
import type { JobResult } from '../db/job-row.ts';
import { appendLogs } from '../db/logs.ts';
import type { LogLine } from '../db/logs.ts';
import { findMedianDurationMs } from '../db/queue-figures.ts';
import type { Database } from '../db/tables.ts';
import { toStorable } from '../db/text.ts';
import { JobFailure } from '../errors.ts';
import type { JobContext, JobDefinition } from '../jobs/define-job.ts';
import { createDuring } from '../jobs/progress.ts';
import type { Logger } from '../logger.ts';
import type { ModelService } from '../model-service/client.ts';
import { createOutbox } from './outbox.ts';
import { payloadSchema } from './transport.ts';
import type { JobOutcome, JobReport } from './transport.ts';

/** How often an estimate moves the bar of a model service that reports nothing. */
const estimateTickMs = 500;
/** Log lines of one attempt that may wait for the database. */
const maxWaitingLogs = 1_000;

export interface AttemptOptions {
  db: Database;
  definition: JobDefinition;
  modelService: ModelService;
  workerName: string;
  logger: Logger;
}

/** The queue's entry for a job, as far as an attempt uses it. */
export type QueueEntry = Pick<Job, 'data' | 'updateProgress'>;

/** Thrown into a job whose place another attempt has taken; it must end, and nothing that it does counts. */
class LostJobError extends Error {
  override readonly name = 'LostJobError';
}

/** The reason with which a worker that must end aborts its jobs: they are to begin again elsewhere. */
export class HandBack extends Error {
  override readonly name = 'HandBack';
}

/**
 * Runs one attempt of a job: opens it, does the work, writes how it ended. Returns null when the job is not to run any
 * more; throws JobFailure when the attempt failed, and HandBack when the signal said so.
 */
export async function runAttempt(
  options: AttemptOptions,
  entry: QueueEntry,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { db, definition, workerName } = options;
  const { jobId } = payloadSchema.parse(entry.data);
  const opened = await openAttempt(db, jobId, workerName);
  if (!opened) return null;
  const attempt = opened.number;
  const logger = options.logger.child({ jobId, attempt });
  logger.info('job started');
  try {
    const result = await runProcess({ ...options, logger }, entry, opened, signal);
    await closeAttempt(db, jobId, attempt, undefined);
    logger.info('job completed');
    return { attempt, result };
  } catch (error) {
    if (error instanceof HandBack) {
      logger.info('job handed back');
      await closeAttempt(db, jobId, attempt, undefined);
      throw error;
    }
    const failure = toFailure(error, definition, logger);
    const { code, message, retryable } = failure;
    logger.warn({ code, retryable }, 'attempt failed');
    await closeAttempt(db, jobId, attempt, { code, message, retryable, attempt });
    throw failure;
  }
}

async function runProcess(
  { db, definition, modelService, logger }: AttemptOptions,
  entry: QueueEntry,
  { job, number: attempt }: OpenedAttempt,
  signal: AbortSignal,
): Promise<JobResult> {
  const jobId = job.id;
  const [saved] = await definition.result.listByJob(db, [jobId]);
  // A worker that died between saving and finishing has left everything but the last word.
  if (saved) return { id: saved.id };

  const reports = createOutbox<JobReport>({
    capacity: 1,
    send: async ([report]) => entry.updateProgress(report!),
    logger,
  });
  const logs = createOutbox<LogLine>({
    capacity: maxWaitingLogs,
    send: async (lines) => {
      if (!(await appendLogs(db, jobId, attempt, lines))) throw new LostJobError();
    },
    logger,
  });
  const report: JobContext<unknown>['report'] = (progress, stage) =>
    reports.take({ attempt, progress: Math.floor(progress), stage: toStorable(stage) });
  const log: JobContext<unknown>['log'] = (level, message) => logs.take({ level, message: toStorable(message) });
  report(0, 'Starting');
  const expectedMs =
    (await findMedianDurationMs(db, job.type)) ?? definition.defaults.expectedDurationMs;

  try {
    return await definition.process({
      jobId,
      owner: job.owner,
      attempt,
      input: parseInput(definition, job.input),
      db,
      modelService,
      signal,
      report,
      log,
      during: createDuring({ report, log, signal, expectedMs, tickMs: estimateTickMs }),
      save: (write) =>
        db.transaction().execute(async (trx) => {
          if (!(await isNewestAttempt(trx, jobId, attempt))) throw new LostJobError();
          return write(trx);
        }),
    });
  } finally {
    await Promise.all([reports.flush(), logs.flush()]);
  }
}

function parseInput(definition: JobDefinition, input: unknown) {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new JobFailure('INVALID_INPUT', 'The stored input does not fit this type of job any more.');
}

/** What a client may hear of it. Anything that nobody foresaw is a bug, and goes to the log alone. */
function toFailure(error: unknown, { type }: JobDefinition, logger: Logger): JobFailure {
  if (error instanceof JobFailure) return error;
  if (error instanceof LostJobError) {
    return new JobFailure('STALLED', 'Another attempt has taken over.', { cause: error });
  }
  logger.error({ err: error, type }, 'job threw an unexpected error');
  return new JobFailure('INTERNAL', 'Something went wrong inside the job.', { cause: error });
}
