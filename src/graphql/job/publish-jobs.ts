import type { JobRow } from '../../jobs/rows/row.ts';
import type { GraphQLContext } from '../context.ts';

/**
 * Publishes rows that a mutation has written, and dispatches those that are ready to their queues. Failures are logged: the
 * dispatcher and the reads of subscribers make up for them.
 */
export async function publishAndEnqueue(
  { queues, ...context }: Pick<GraphQLContext, 'queues' | 'publish' | 'logger'>,
  jobs: readonly JobRow[],
): Promise<void> {
  const ready = jobs.filter(({ waitsFor, state }) => !waitsFor && state === 'QUEUED');
  const types = [...new Set(ready.map(({ type }) => type))];
  // At the same time: whoever sees a later version first does without this one.
  await Promise.all([publishJobs(context, jobs), ...types.map(queues.dispatch)]);
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
