import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isUnfinishedJob } from '../../jobs/rows/states.ts';
import { createBatchedReads } from '../../platform/batcher.ts';
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

interface UnfinishedOfOwner {
  owner: string;
  jobs: number;
}

/** Counts an owner's jobs that are not final, up to a limit; owners that are asked for at the same time are read together. */
function createUnfinishedCounter(db: Database, upTo: number): (owner: string) => Promise<number> {
  const read = createBatchedReads(async (owners) => {
    const { rows } = await selectUnfinishedCounts(owners, upTo).execute(db);
    return new Map(rows.map(({ owner, jobs }) => [owner, jobs]));
  });
  return async (owner) => (await read(owner)) ?? 0;
}

export function selectUnfinishedCounts(
  owners: readonly string[],
  upTo: number,
): RawBuilder<UnfinishedOfOwner> {
  return sql<UnfinishedOfOwner>`
    select given.owner, (
      select count(*)::int from (
        select from job
        where job.owner = given.owner and ${isUnfinishedJob}
        limit ${upTo}
      ) unfinished
    ) as jobs
    from unnest(${sql.val(owners)}::text[]) as given(owner)`;
}
