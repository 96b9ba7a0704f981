import type { EngineEmitter } from '../jobs/engine-events.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import { publishJobs } from './broker.ts';
import type { Broker } from './broker.ts';

/** Announces rows that have changed, and when what changed them happened, in ms since 1970; now if absent. */
export type Publish = (jobs: readonly JobRow[], changedAt?: number) => Promise<void>;

/** Whoever changes rows calls this once for each change: it tells this process, by an event, and all others, by the broker. */
export function createPublish(broker: Broker, events: EngineEmitter): Publish {
  return (jobs, changedAt) => {
    events.emit('jobsChanged', jobs);
    return publishJobs(broker, jobs, changedAt);
  };
}
