import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Viewer } from '../../db/viewer.ts';
import { listLookups, matchesLookupsAmong } from './filter.ts';
import type { JobFilter } from './filter.ts';
import { selectIds, selectInOrder } from './select-ids.ts';
import type { IdSelection } from './select-ids.ts';

/** Jobs that are read to see which of them match, if none of the conditions is rare. */
export const maxExamined = 3_000;

/** Whether all matching jobs can be found without reading many others. */
export function isDirect(filter: JobFilter): boolean {
  const { ids, pipelineId, batchId, rarest } = filter;
  if ((ids ?? pipelineId ?? batchId ?? rarest) !== undefined) return true;
  return listLookups(filter).length === 0;
}

interface Examined {
  /** Defines `examined`. */
  with: RawBuilder<unknown>;
  /** The examined rows, as `job`. */
  from: RawBuilder<unknown>;
  /** Whether one of them matches. */
  matches: RawBuilder<boolean>;
}

/**
 * The newest jobs that fulfil what can be found in the order of ids, whatever else is asked for. What is selected of them is all
 * that conditions and counts need.
 */
export function examine(
  viewer: Viewer,
  filter: JobFilter,
  { limit, condition }: Pick<IdSelection, 'limit' | 'condition'>,
): Examined {
  const rows = selectInOrder(viewer, filter, { limit, condition, what: '*' });
  const examined = sql`examined`;
  return {
    with: sql`with examined as materialized (select id, owner, type, state, input, tags, error from ${rows} job)`,
    from: sql`${examined} job`,
    matches: matchesLookupsAmong(filter, examined),
  };
}

/** Selects the same as `selectIds`, newest first, of those that are examined. */
export function selectNewest(
  viewer: Viewer,
  filter: JobFilter,
  { limit, columns = [], condition }: Omit<IdSelection, 'order'>,
): RawBuilder<{ id: string }> {
  if (isDirect(filter)) return selectIds(viewer, filter, { limit, columns, condition });
  const examined = examine(viewer, filter, { limit: maxExamined, condition });
  return sql`(
    ${examined.with} select ${sql.join([sql`job.id`, ...columns])} from ${examined.from}
    where ${examined.matches} order by job.id desc limit ${sql.lit(limit)})`;
}
