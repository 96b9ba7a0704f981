import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { JobRow } from './row.ts';

/** What is selected of jobs: ids, ids with owners, or whole rows. */
export type JobColumns = 'id' | 'owned' | '*';

/** A condition with indexes of its own, in each of its forms. */
export interface JobLookup {
  /** Whether a row of `job` fulfils it: for rows that are read anyway. */
  condition: RawBuilder<boolean>;
  /**
   * The same for rows that are read together: `rows` names them, with the columns that `examine` selects. The videos and
   * summaries that many of them refer to are then read once. Absent where `condition` costs no more.
   */
  conditionAmong?: (rows: RawBuilder<unknown>) => RawBuilder<boolean>;
  /** Selects the jobs that fulfil it. It may return some twice, and some that the viewer must not see. */
  select: (what: JobColumns, viewer: Viewer) => RawBuilder<unknown>;
}

export const noJob: JobLookup = {
  condition: sql`false`,
  select: (what) => sql`select ${columnsOf(what)} from job where false`,
};

/** Of a row that is named `job`. */
export function columnsOf(what: JobColumns): RawBuilder<unknown> {
  if (what === '*') return sql`job.*`;
  return what === 'id' ? sql`job.id` : sql`job.id, job.owner`;
}

/** Of the jobs whose ids and owners are in `found`. A table of these need not be left for ids alone. */
export function selectFound(found: RawBuilder<unknown>, what: JobColumns): RawBuilder<unknown> {
  return what === '*'
    ? sql`select job.* from (${found}) found cross join lateral (select * from job where job.id = found.id offset 0) job`
    : sql`select ${columnsOf(what)} from (${found}) job`;
}

/** One thing that jobs are about, such as a video. Its subject defines which jobs these are. */
export interface JobTopic extends JobLookup {
  /** Picks the jobs that are about it from rows that were read already. */
  createPicker: (db: Database) => (jobs: readonly JobRow[]) => Promise<JobRow[]>;
}
