import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Viewer } from '../../db/viewer.ts';
import { listLookups, matchesLookups } from './filter.ts';
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

/** The rows, as `job`, of the newest jobs that fulfil what can be found in the order of ids, whatever else is asked for. */
export function selectExamined(
  viewer: Viewer,
  filter: JobFilter,
  { limit, condition }: Pick<IdSelection, 'limit' | 'condition'>,
): RawBuilder<unknown> {
  return sql`${selectInOrder(viewer, filter, { limit, condition, what: '*' })} job`;
}

/** Selects the same as `selectIds`, newest first, of those that are examined. */
export function selectNewest(
  viewer: Viewer,
  filter: JobFilter,
  { limit, columns = [], condition }: Omit<IdSelection, 'order'>,
): RawBuilder<{ id: string }> {
  if (isDirect(filter)) return selectIds(viewer, filter, { limit, columns, condition });
  return sql`(
    select ${sql.join([sql`job.id`, ...columns])} from ${selectExamined(viewer, filter, { limit: maxExamined, condition })}
    where ${matchesLookups(filter)} order by job.id desc limit ${sql.lit(limit)})`;
}
