import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isStorable } from '../../platform/text.ts';

/** Conditions on the jobs to be listed; those that are absent do not restrict anything. */
export interface JobFilter {
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  owner?: string | undefined;
  about?: JobTopic | undefined;
}

/** One thing that jobs are about, such as a video. Its subject defines which jobs these are. */
export interface JobTopic {
  /** Whether a row of `job` is about it. */
  condition: RawBuilder<boolean>;
  /** Picks the jobs that are about it from rows that were read already. */
  createPicker: (db: Database) => (jobs: readonly JobRow[]) => Promise<JobRow[]>;
}

/** The conditions that hold of a job for ever, or never do. */
export function withoutStates(filter: JobFilter): JobFilter {
  return { ...filter, states: undefined };
}

/** The filter as a condition of SQL. */
export function matchesFilter({ types, states, owner, about }: JobFilter): RawBuilder<boolean> {
  // Postgres would refuse such text; no job has it.
  if (!isStorable(owner ?? '')) return sql`false`;
  return sql.join(
    [
      sql`true`,
      ...(types ? [isAnyOf('type', types)] : []),
      ...(states ? [isAnyOf('state', states)] : []),
      ...(owner === undefined ? [] : [sql`job.owner = ${owner}`]),
      ...(about ? [about.condition] : []),
    ],
    sql` and `,
  );
}

/** Unlike `in`, it accepts an empty list, and then matches nothing. */
function isAnyOf(column: 'type' | 'state', values: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} = any(${sql.val(values)}::text[])`;
}

/** Whether a job matches a filter, apart from what it is about. */
export function matchesOutline(
  { type, state, owner }: Pick<JobRow, 'type' | 'state' | 'owner'>,
  filter: JobFilter,
): boolean {
  if (filter.owner !== undefined && filter.owner !== owner) return false;
  return (filter.types?.includes(type) ?? true) && (filter.states?.includes(state) ?? true);
}
