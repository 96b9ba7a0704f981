import { createUnfinishedCounter } from '../../jobs/rows/states.ts';
import type { Database } from '../../db/tables.ts';
import type { Refuse } from './refusals.ts';

/** Jobs take from seconds to minutes, and nobody knows which ends next. */
const retryMs = 10_000;

/** How many jobs of an owner may wait or run. */
export interface UnfinishedJobs {
  /** Throws RateLimitedError when the owner would have too many with these. */
  check: (owner: string, more: number) => Promise<void>;
}

/**
 * Looks before the jobs are stored, so that those who look at the same time may pass the limit together, by what the rate
 * of new jobs lets through: it keeps queues from being filled, and is no exact account.
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
