import { sql } from 'kysely';
import type { JobErrorCode } from '../../errors.ts';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { matchesFilter } from './filter.ts';
import type { JobFilter } from './filter.ts';
import type { JobState } from './row.ts';

/** Jobs that are counted one by one. */
export const maxCounted = 10_000;

/** How many of the viewer's jobs match; `maxCounted` + 1 if there are more than `maxCounted`. */
export async function countJobs(db: Database, viewer: Viewer, filter: JobFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from job where ${isVisibleTo(viewer, 'id')} and ${matchesFilter(filter)} limit ${sql.lit(maxCounted + 1)}
    ) matching`.execute(db);
  return rows[0]!.count;
}

export interface StateCount {
  type: string;
  state: JobState;
  count: number;
}

/** How many of the viewer's jobs match, by type and state. */
export async function countJobsByState(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
): Promise<StateCount[]> {
  const { rows } = await sql<StateCount>`
    select type, state, count(*)::int as count
    from job where ${isVisibleTo(viewer, 'id')} and ${matchesFilter(filter)}
    group by type, state order by type, state`.execute(db);
  return rows;
}

export interface ErrorGroup {
  code: JobErrorCode;
  /** Without what differs from job to job. */
  message: string;
  count: number;
  lastSeenAt: Date;
  newestId: string;
}

/** Quoted text, ids, and numbers: they differ from job to job where the cause is the same. */
const varying = String.raw`"[^"]*"|\m[0-9a-f]{8}-[0-9a-f-]{27}\M|\m[0-9]+([.,][0-9]+)*\M`;

/** The viewer's matching FAILED jobs by code and message, the most frequent first; of the newest `maxCounted` of them. */
export async function listErrorGroups(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  limit: number,
): Promise<ErrorGroup[]> {
  const { rows } = await sql<ErrorGroup>`
    with failed as (
      select id, finished_at, error ->> 'code' as code,
        regexp_replace(error ->> 'message', ${varying}, '…', 'g') as message
      from job
      where state = 'FAILED' and error is not null
        and ${isVisibleTo(viewer, 'id')} and ${matchesFilter(filter)}
      order by id desc limit ${sql.lit(maxCounted)}
    )
    select code, message, count(*)::int as count, max(finished_at) as last_seen_at, max(id::text) as newest_id
    from failed group by code, message order by count(*) desc, max(id::text) desc limit ${limit}`.execute(
    db,
  );
  return rows;
}
