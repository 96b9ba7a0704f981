import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isStorable } from '../../platform/text.ts';

/** Conditions on the jobs to be listed; those that are absent do not restrict anything. */
export interface JobFilter {
  ids?: readonly string[] | undefined;
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  owner?: string | undefined;
  pipelineId?: string | undefined;
  /** All of these. */
  tags?: readonly string[] | undefined;
  /** FAILED jobs alone have one. */
  errorCodes?: readonly string[] | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** What they are about: all of these. */
  about?: readonly JobTopic[] | undefined;
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
  return { ...filter, states: undefined, errorCodes: undefined };
}

/** The filter as a condition of SQL. */
export function matchesFilter(filter: JobFilter): RawBuilder<boolean> {
  const { ids, types, states, owner, pipelineId, tags, errorCodes, about = [] } = filter;
  const { createdAfter, createdBefore } = filter;
  // Postgres would refuse such text; no job has it.
  if (![owner ?? '', ...(tags ?? [])].every(isStorable)) return sql`false`;
  const given: [unknown, RawBuilder<boolean>][] = [
    [ids, sql`job.id = any(${sql.val(ids)}::uuid[])`],
    // Unlike `in`, it accepts an empty list, and then matches nothing.
    [types, sql`job.type = any(${sql.val(types)}::text[])`],
    [states, sql`job.state = any(${sql.val(states)}::text[])`],
    [owner, sql`job.owner = ${owner}`],
    [pipelineId, sql`job.pipeline_id = ${pipelineId}::uuid`],
    [tags, sql`(job.tags @> ${sql.val(tags)}::text[] or ${tags?.length === 0})`],
    [
      errorCodes,
      sql`(job.state = 'FAILED' and job.error ->> 'code' = any(${sql.val(errorCodes)}::text[]))`,
    ],
    [createdAfter, sql`job.created_at > ${createdAfter}`],
    [createdBefore, sql`job.created_at < ${createdBefore}`],
  ];
  const conditions = given.flatMap(([value, condition]) => (value === undefined ? [] : condition));
  return sql.join([sql`true`, ...conditions, ...about.map((topic) => topic.condition)], sql` and `);
}

/** The columns that decide whether a job matches, apart from what it is about. */
export type JobOutline = Pick<
  JobRow,
  | 'id'
  | 'owner'
  | 'type'
  | 'state'
  | 'version'
  | 'round'
  | 'pipelineId'
  | 'tags'
  | 'error'
  | 'createdAt'
>;

/** Whether a job matches a filter, apart from what it is about. */
export function matchesOutline(job: JobOutline, filter: JobFilter): boolean {
  const { ids, types, states, owner, pipelineId, tags, errorCodes } = filter;
  const { createdAfter, createdBefore } = filter;
  if (owner !== undefined && owner !== job.owner) return false;
  if (pipelineId !== undefined && pipelineId !== job.pipelineId) return false;
  if (createdAfter && job.createdAt <= createdAfter) return false;
  if (createdBefore && job.createdAt >= createdBefore) return false;
  if (errorCodes && !(job.state === 'FAILED' && errorCodes.includes(job.error?.code ?? '')))
    return false;
  const isAmong = (values: readonly string[] | undefined, value: string): boolean =>
    values?.includes(value) ?? true;
  return (
    isAmong(ids, job.id) &&
    isAmong(types, job.type) &&
    isAmong(states, job.state) &&
    (tags ?? []).every((tag) => job.tags?.includes(tag) ?? false)
  );
}
