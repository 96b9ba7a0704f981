import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import { listLookups } from './filter.ts';
import type { JobFilter } from './filter.ts';

/** A condition that no more jobs fulfil is looked up; otherwise jobs are read in order until enough match. */
export const maxLookedUp = 3_000;

/**
 * Finds which of a filter's conditions that have indexes of their own the fewest jobs fulfil. PostgreSQL cannot know: it would
 * take all for equally rare.
 */
export async function withRarest(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
): Promise<JobFilter> {
  const { ids, pipelineId, batchId } = filter;
  const lookups = listLookups(filter);
  // There are few of these.
  if ((ids ?? pipelineId ?? batchId) !== undefined || lookups.length === 0) return filter;
  const counts = lookups.map(
    ({ select }) =>
      sql`(select count(*)::int from (select from (${select('id', viewer)}) found limit ${sql.lit(maxLookedUp + 1)}) counted)`,
  );
  const { rows } = await sql<{
    counts: number[];
  }>`select array[${sql.join(counts)}] as counts`.execute(db);
  const least = Math.min(...rows[0]!.counts);
  if (least > maxLookedUp) return filter;
  return { ...filter, rarest: lookups[rows[0]!.counts.indexOf(least)]! };
}
