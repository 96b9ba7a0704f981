import type { EngineEmitter } from '../jobs/engine-events.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Broker } from './broker.ts';
import { jobChannel, ownerChannel } from './channels.ts';

/** Announces rows that changed. `changedAt` is when the change happened, in ms since 1970; now if absent. */
export type Publish = (jobs: readonly JobRow[], changedAt?: number) => Promise<void>;

/** Must be called once for each change of rows: it tells this process by an event, and the others by the broker. */
export function createPublish(broker: Broker, events: EngineEmitter): Publish {
  return (jobs, changedAt) => {
    events.emit('jobsChanged', jobs);
    return publishJobs(broker, jobs, changedAt);
  };
}

/** Publishes each row to the channels of its job and of its owner. */
export async function publishJobs(
  broker: Broker,
  jobs: readonly JobRow[],
  changedAt = Date.now(),
): Promise<void> {
  await Promise.all(
    jobs.map((job) =>
      broker.publish([jobChannel(job.id), ownerChannel(job.owner)], job, changedAt),
    ),
  );
}
