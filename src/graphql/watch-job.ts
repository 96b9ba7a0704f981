import type { JobRow } from '../db/job-row.ts';
import { findJob } from '../db/jobs.ts';
import { jobChannel } from '../pubsub/broker.ts';
import { createLatestJob } from '../pubsub/latest-job.ts';
import type { GraphQLContext } from './context.ts';

/**
 * A job as it is now and then every newer version, ending with the final one; undefined when the viewer has no such job.
 * Subscribes first and reads then: what changes in between comes through the subscription.
 */
export async function watchJob(
  { db, broker, viewer }: Pick<GraphQLContext, 'db' | 'broker' | 'viewer'>,
  id: string,
  after: number | undefined,
): Promise<AsyncIterableIterator<JobRow> | undefined> {
  const latest = createLatestJob(() => unsubscribe());
  // Postgres takes an id in capitals for the same; the channel is named as the row has it.
  const unsubscribe = await broker.subscribe(jobChannel(id.toLowerCase()), latest.offer);
  try {
    const job = await findJob(db, viewer.owner, id);
    if (job) return latest.iterate(job, after);
  } catch (error) {
    latest.close();
    throw error;
  }
  latest.close();
  return undefined;
}
