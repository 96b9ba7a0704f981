import type { JobRow } from '../../jobs/rows/row.ts';
import type { GraphQLContext } from '../context.ts';

/**
 * Announces rows that a mutation has written, and hands over to their queues those whose turn it is. Neither decides anything:
 * what fails here, the dispatcher and the subscribers' own reads make good.
 */
export async function publishAndEnqueue(
  { queues, ...context }: Pick<GraphQLContext, 'queues' | 'publish' | 'logger'>,
  jobs: readonly JobRow[],
): Promise<void> {
  await publishJobs(context, jobs);
  const ready = jobs.filter(({ waitsFor, state }) => !waitsFor && state === 'QUEUED');
  await Promise.all([...new Set(ready.map(({ type }) => type))].map(queues.dispatch));
}

/** Announces rows that a mutation has written. */
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
