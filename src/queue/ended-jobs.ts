import type { EngineEmitter } from '../jobs/engine-events.ts';
import { isFinal } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { JobErrorCode } from '../errors.ts';
import { queueName } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';

/** Failures that the caller can mend, and no operator has to. */
const callersFaults: readonly (JobErrorCode | undefined)[] = ['INVALID_INPUT'];

/** Logs what an operator is to know of the jobs that this process has ended or deleted. */
export function logJobs(events: EngineEmitter, logger: Logger): void {
  events.listen({
    jobsChanged: (jobs) => logEndedJobs(logger, jobs),
    jobsDeleted: ({ type, jobs }) => logger.info({ type, jobs }, 'old jobs deleted'),
  });
}

/**
 * Logs those of the changed rows that have ended: `job completed`, `job failed`, `job canceled`, `job expired`. The process
 * that wrote the end logs it, so each end has one line, however many processes run.
 */
export function logEndedJobs(
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  changed: readonly JobRow[],
): void {
  for (const job of changed) {
    if (!isFinal(job.state)) continue;
    const { id: jobId, type, attempt: attempts } = job;
    const line = { queue: queueName(job), jobId, type, code: job.error?.code, attempts };
    logger[findLevel(job)](line, `job ${job.state.toLowerCase()}`);
  }
}

function findLevel({ state, error }: JobRow): 'info' | 'warn' | 'error' {
  if (state !== 'FAILED') return 'info';
  return callersFaults.includes(error?.code) ? 'warn' : 'error';
}
