import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Viewer } from '../../db/viewer.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import { listLookups, matchesLookups, matchesRanges } from './filter.ts';
import type { JobFilter } from './filter.ts';
import { columnsOf } from './lookup.ts';
import type { JobColumns } from './lookup.ts';
import { isFinal, jobStates } from './row.ts';
import { isUnfinishedJob } from './states.ts';

export interface IdSelection {
  /** Ids at most. */
  limit: number;
  /** Newest first, or oldest first. */
  order?: 'desc' | 'asc' | undefined;
  /** What is selected beside the ids, such as `job.state`. */
  columns?: readonly RawBuilder<unknown>[] | undefined;
  /** Whole rows instead of ids, where most of them are read anyway. */
  what?: JobColumns | undefined;
  /** What else must be true of a job. */
  condition?: RawBuilder<boolean> | undefined;
}

/** Selects the ids of the viewer's matching jobs. */
export function selectIds(
  viewer: Viewer,
  filter: JobFilter,
  { limit, order = 'desc', columns = [], condition = sql`true` }: IdSelection,
): RawBuilder<{ id: string }> {
  const selected = sql.join([sql`job.id`, ...columns]);
  const end = sql`order by id ${sql.raw(order)} limit ${sql.lit(limit)}`;
  const { rarest } = filter;
  if (rarest) {
    // All of them are read, and put in order. A job may be found twice.
    const isVisible = isVisibleTo(viewer, 'job.id', 'job.owner');
    return sql`(
      select distinct ${selected} from (${rarest.select('*', viewer)}) job
      where ${isVisible} and ${condition} and ${matchesRanges(filter)} and ${matchesLookups(filter)} ${end})`;
  }
  if (listLookups(filter).length === 0) {
    return selectInOrder(viewer, filter, { order, limit, columns, condition });
  }
  const inOrder = selectInOrder(viewer, filter, { order, condition });
  // By the order that they are listed in, or else all would be read before they are sorted again.
  return sql`(
    select ${selected} from ${readRows(inOrder)} where ${matchesLookups(filter)}
    order by listed.id ${sql.raw(order)} limit ${sql.lit(limit)})`;
}

/** The rows of the jobs with these ids, as `job`, one by one in the order of `listed`. */
function readRows(ids: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${ids} listed cross join lateral (select * from job where job.id = listed.id offset 0) job`;
}

/**
 * With a limit that it does not know, PostgreSQL takes it that a tenth is wanted, and so reads an index in its order instead of
 * making a list of all its entries first.
 */
export const unknownLimit = sql`(select ${sql.lit(2 ** 40)})`;

/**
 * Selects the ids of the viewer's jobs in their order, without regard to conditions that have indexes of their own. Only as many
 * are read as are asked for, and one more of each range of an index.
 */
export function selectInOrder(
  viewer: Viewer,
  filter: JobFilter,
  { order = 'desc', limit, columns = [], what = 'id', condition = sql`true` }: Partial<IdSelection>,
): RawBuilder<{ id: string }> {
  const selected = sql.join([columnsOf(what), ...columns]);
  const isVisible = isVisibleTo(viewer, 'job.id', 'job.owner');
  const end = sql`order by id ${sql.raw(order)} limit ${limit === undefined ? unknownLimit : sql.lit(limit)}`;
  const { ids, pipelineId, batchId } = filter;
  if ((ids ?? pipelineId ?? batchId) !== undefined) {
    // PostgreSQL does not know that there are few, and would rather read all jobs in order until it has enough.
    return sql`(
      select * from (select ${selected} from job where ${isVisible} and ${condition} and ${matchesRanges(filter)} offset 0) few ${end})`;
  }
  const parts = divide(filter).map(
    ({ range, others }) => sql`(
      select ${selected} from job where ${range} and ${isVisible} and ${condition} and ${matchesRanges(others)} ${end})`,
  );
  if (parts.length === 0) return sql`(select ${selected} from job where false)`;
  // Each part is in order, so that they are merged as far as they are read.
  return sql`(select * from (${sql.join(parts, sql` union all `)}) job ${end})`;
}

/** A range of an index that is in the order of ids, and what else its jobs must fulfil. */
interface Part {
  range: RawBuilder<unknown>;
  others: JobFilter;
}

function divide(filter: JobFilter): Part[] {
  const { errorCodes, types, states } = filter;
  // A condition that is said twice is taken for twice as rare, and another index for better.
  if (errorCodes) {
    const others = { ...filter, errorCodes: undefined };
    return [...new Set(errorCodes)].map((code) => ({
      range: sql`job.state = 'FAILED' and job.error ->> 'code' = ${code}`,
      others,
    }));
  }
  if (!types) return [{ range: sql`true`, others: filter }];
  const others = { ...filter, types: undefined, states: undefined };
  const chosen = [...new Set(states ?? jobStates)];
  const ofFinal = [...new Set(types)].flatMap((type) =>
    chosen.filter(isFinal).map((state) => ({
      range: sql`job.type = ${type} and job.state = ${sql.lit(state)}`,
      others,
    })),
  );
  // There are few of these.
  const ofUnfinished = chosen.every(isFinal) ? [] : [{ range: isUnfinishedJob, others: filter }];
  return [...ofFinal, ...ofUnfinished];
}
