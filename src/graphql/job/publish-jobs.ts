import type { JobRow } from '../../jobs/rows/row.ts';
import type { GraphQLContext } from '../context.ts';

/**
 * Begins to publish rows that a mutation has written, and to dispatch those that are ready to their queues. The mutation does
 * not wait for it: the rows are stored, so the jobs will run. Failures are logged: the dispatcher and the reads of subscribers
 * make up for them.
 */
export function publishAndDispatch(
  { queues, ...context }: Pick<GraphQLContext, 'queues' | 'publish' | 'logger'>,
  jobs: readonly JobRow[],
): void {
  void publishJobs(context, jobs);
  const ready = jobs.filter(({ waitsFor, state }) => !waitsFor && state === 'QUEUED');
  for (const type of new Set(ready.map((job) => job.type))) void queues.dispatchNew(type);
}

/** Publishes rows that a mutation has written; failures are logged. */
export async function publishJobs(
  { publish, logger }: Pick<GraphQLContext, 'publish' | 'logger'>,
  jobs: readonly JobRow[],
): Promise<void> {
  try {
    await publish(jobs);
  } catch (error) {
    logger.warn({ err: error }, 'jobs not announced');
  }
}
