import { createUnfinishedCounter } from '../../jobs/rows/states.ts';
import type { Database } from '../../db/tables.ts';
import type { Refuse } from './refusals.ts';

/** Jobs take seconds to minutes, and nobody knows which ends next. */
const retryMs = 10_000;

/** How many jobs of an owner may wait or run. */
export interface UnfinishedJobs {
  /** Throws RateLimitedError when the owner would have too many with these. */
  check: (owner: string, more: number) => Promise<void>;
}

/**
 * Counts before the jobs are stored, so that concurrent calls may exceed the limit together, by as much as the rate of new
 * jobs allows. It keeps queues from being flooded, and need not be exact.
 */
export function createUnfinishedJobs(
  db: Database,
  limit: number | null,
  refuse: Refuse,
): UnfinishedJobs {
  if (limit === null) return { check: async () => undefined };
  const count = createUnfinishedCounter(db, limit);
  return {
    check: async (owner, more) => {
      if ((await count(owner)) + more > limit) throw refuse(retryMs);
    },
  };
}
