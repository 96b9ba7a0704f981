import type { JobRow } from '../db/job-row.ts';
import { publishJobs } from '../pubsub/broker.ts';
import type { GraphQLContext } from './context.ts';

/**
 * Announces rows that a mutation has written, and hands those to the queue that can run. Neither decides anything: what
 * fails here, the dispatcher and the subscribers' own reads make good.
 */
export async function handOver(
  { queues, ...context }: Pick<GraphQLContext, 'queues' | 'broker' | 'logger' | 'metrics'>,
  jobs: readonly JobRow[],
): Promise<void> {
  await announce(context, jobs);
  await Promise.all(jobs.filter((job) => !job.waitsFor).map((job) => queues.enqueue(job)));
}

/** Announces rows that a mutation has written. */
export async function announce(
  { broker, logger, metrics }: Pick<GraphQLContext, 'broker' | 'logger' | 'metrics'>,
  jobs: readonly JobRow[],
): Promise<void> {
  metrics.jobsChanged(jobs);
  try {
    await publishJobs(broker, jobs);
  } catch (error) {
    logger.warn({ err: error }, 'jobs not announced');
  }
}
