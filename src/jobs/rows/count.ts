import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isOwnedBy, isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { isUnfinishedJob } from './states.ts';
import { examine, isDirect, selectNewest } from './select-examined.ts';
import { selectIds } from './select-ids.ts';
import { listLookups, listRanges } from './filter.ts';
import type { JobFilter } from './filter.ts';
import type { JobLookup } from './lookup.ts';
import type { JobState } from './row.ts';

/** Jobs that are counted one by one. */
export const maxCounted = 10_000;
/** Jobs that are read to count those that match, if none of the conditions is rare: so many take about 40 ms with words. */
export const maxReadToCount = 5_000;

export interface JobCount {
  /** At most `maxCounted` + 1. */
  count: number;
  /** Otherwise at least so many match. */
  isExact: boolean;
}

/** How many of the viewer's jobs match. */
export async function countJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
): Promise<JobCount> {
  const [lookup, ...others] = listLookups(filter);
  if (isDirect(filter) || !lookup) return execute(db, countDirectly(viewer, filter));
  const isOnly = others.length === 0 && listRanges(filter).length === 0;
  const found = isOnly ? await execute(db, countFound(viewer, lookup)) : undefined;
  if (found && (found.isExact || found.count > maxCounted)) return found;
  const examined = await execute(db, countExamined(viewer, filter));
  return found && found.count > examined.count ? found : examined;
}

async function execute(db: Database, query: RawBuilder<JobCount>): Promise<JobCount> {
  const { rows } = await query.execute(db);
  return rows[0]!;
}

const countLimit = sql.lit(maxCounted + 1);
const isAll = sql`count(*) < ${countLimit} as is_exact`;

function countDirectly(viewer: Viewer, filter: JobFilter): RawBuilder<JobCount> {
  const ids = selectIds(viewer, filter, { limit: maxCounted + 1 });
  return sql`select count(*)::int as count, ${isAll} from ${ids} job`;
}

/** Some may be found twice, and some are not the viewer's. */
function countFound(viewer: Viewer, { select }: JobLookup): RawBuilder<JobCount> {
  const isVisible = isVisibleTo(viewer, 'job.id', 'job.owner');
  const found = sql`(select * from (${select('owned', viewer)}) found limit ${countLimit})`;
  return sql`
    select count(distinct id) filter (where ${isVisible})::int as count, ${isAll} from ${found} job`;
}

function countExamined(viewer: Viewer, filter: JobFilter): RawBuilder<JobCount> {
  const limit = maxReadToCount + 1;
  const examined = examine(viewer, filter, { limit });
  return sql`
    ${examined.with}
    select count(*) filter (where ${examined.matches})::int as count,
      count(*) < ${sql.lit(limit)} as is_exact
    from ${examined.from}`;
}

export interface StateCount {
  type: string;
  state: JobState;
  count: number;
}

/**
 * How many of the viewer's jobs match, by type and state: of all, if the filter names nothing but types, states and an owner;
 * otherwise of the newest `maxCounted` that match, or of those examined.
 */
export async function countJobsByState(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
): Promise<StateCount[]> {
  const { types: _types, states: _states, owner: _owner, ...others } = filter;
  const columns = [sql`job.type`, sql`job.state`];
  const isTotal = viewer.role !== 'ticket' && Object.values(others).every((it) => it === undefined);
  const counted = isTotal
    ? totals(viewer, filter)
    : sql`(
        select type, state, count(*) as jobs
        from ${selectNewest(viewer, filter, { limit: maxCounted, columns })} found
        group by type, state)`;
  const { rows } = await sql<StateCount>`
    select type, state, sum(jobs)::int as count from ${counted} counted
    group by type, state having sum(jobs) > 0 order by type, state`.execute(db);
  return rows;
}

/** Ended jobs are counted as they end; of the others there are few. */
function totals(viewer: Viewer, { types, states, owner }: JobFilter) {
  const matches = sql`${isOwnedBy(viewer, 'owner')}
    and ${types === undefined ? sql`true` : sql`type = any(${sql.val(types)}::text[])`}
    and ${states === undefined ? sql`true` : sql`state = any(${sql.val(states)}::text[])`}
    and ${owner === undefined ? sql`true` : sql`owner = ${owner}`}`;
  return sql`(
    select type, state, jobs from owner_total where ${matches}
    union all select type, state, jobs from owner_entry where ${matches}
    union all select type, state, 1 from job where ${isUnfinishedJob} and ${matches})`;
}
