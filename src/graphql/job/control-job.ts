import { cancelJob, retryJob } from '../../jobs/rows/control.ts';
import type { CancelOutcome } from '../../jobs/rows/control.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { cancelChannel } from '../../pubsub/channels.ts';
import type { GraphQLContext } from '../context.ts';
import { publishAndDispatch, publishJobs } from './publish-jobs.ts';

/** Cancels a job, and notifies its worker; throws NotFoundError. */
export async function cancel(
  context: GraphQLContext,
  id: string,
): Promise<{ outcome: CancelOutcome; job: JobRow }> {
  const { outcome, job, changed } = await cancelJob(context.db, context.viewer, id);
  if (changed.length > 0) await notifyWorkers(context, outcome, job);
  return { outcome, job };
}

/** Restarts a job; throws NotFoundError, ConflictError and RateLimitedError. */
export async function retry(context: GraphQLContext, id: string): Promise<JobRow> {
  const { db, limits, viewer, settings } = context;
  await limits.startJobs(viewer.owner, 1);
  const attempts = (type: string) => settings(type).attempts;
  const { job, changed } = await retryJob(db, viewer, id, attempts);
  publishAndDispatch(context, changed);
  return job;
}

/** The row is already changed; these messages only make its worker and the queue notice it sooner. */
async function notifyWorkers(
  context: GraphQLContext,
  outcome: CancelOutcome,
  job: JobRow,
): Promise<void> {
  const { broker, queues, logger } = context;
  if (outcome === 'REQUESTED') {
    await broker
      .publish([cancelChannel], job)
      .catch((error: unknown) =>
        logger.warn({ err: error, jobId: job.id }, 'cancel hint not sent'),
      );
  }
  await publishJobs(context, [job]);
  if (outcome !== 'CANCELED' || !job.dispatchedAt) return;
  await queues.withdraw(job);
  void queues.dispatch(job.type);
}
