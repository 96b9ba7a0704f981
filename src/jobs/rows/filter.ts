import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { RawBuilder } from 'kysely';
import { noJob, selectFound } from './lookup.ts';
import type { JobLookup, JobTopic } from './lookup.ts';
import type { JobRow, JobState } from './row.ts';
import { isOwnedBy } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { isStorable } from '../../platform/text.ts';

/** Conditions on the jobs to be listed; those that are absent do not restrict anything. */
export interface JobFilter {
  ids?: readonly string[] | undefined;
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  owner?: string | undefined;
  pipelineId?: string | undefined;
  batchId?: string | undefined;
  /** All of these. */
  tags?: readonly string[] | undefined;
  /** FAILED jobs alone have one. */
  errorCodes?: readonly string[] | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** What they are about: all of these. */
  about?: readonly JobTopic[] | undefined;
  /** Words that a job has. They may be of its error, which changes. */
  text?: JobLookup | undefined;
  /** One of the conditions above that few jobs fulfil: these are looked up first. See `withRarest`. */
  rarest?: JobLookup | undefined;
}

function withTag(tag: string): JobLookup {
  // Postgres would refuse such text; no job has it.
  if (!isStorable(tag)) return noJob;
  return {
    condition: sql<boolean>`(job.tags @> array[${tag}::text])`,
    select: (what, viewer) =>
      selectFound(
        sql`select id, owner from job_tag where tag = ${tag} and ${isOwnedBy(viewer, 'owner')}`,
        what,
      ),
  };
}

/** The conditions of a filter that have indexes of their own. */
export function listLookups({ about = [], text, tags = [] }: JobFilter): JobLookup[] {
  return [...about, ...(text ? [text] : []), ...tags.map(withTag)];
}

/** The conditions that hold of a job for ever, or never do. */
export function withoutStates(filter: JobFilter): JobFilter {
  return {
    ...filter,
    states: undefined,
    errorCodes: undefined,
    text: undefined,
    rarest: undefined,
  };
}

/** The filter as a condition of SQL. */
export function matchesFilter(viewer: Viewer, filter: JobFilter): RawBuilder<boolean> {
  const { rarest } = filter;
  const isRarest = rarest ? sql`job.id = any(array(${rarest.select('id', viewer)}))` : sql`true`;
  return sql`(${matchesRanges(filter)} and ${isRarest} and ${matchesLookups(filter)})`;
}

/** The conditions that have indexes of their own, apart from the rarest. */
export function matchesLookups(filter: JobFilter): RawBuilder<boolean> {
  const others = listLookups(filter).filter((lookup) => lookup !== filter.rarest);
  return sql.join([sql`true`, ...others.map(({ condition }) => condition)], sql` and `);
}

/** The same for rows that are read together: see `JobLookup`. */
export function matchesLookupsAmong(
  filter: JobFilter,
  rows: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const conditions = listLookups(filter).map(
    ({ condition, conditionAmong }) => conditionAmong?.(rows) ?? condition,
  );
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** The conditions whose indexes are in the order of ids. */
export function matchesRanges(filter: JobFilter): RawBuilder<boolean> {
  return sql.join([sql`true`, ...listRanges(filter)], sql` and `);
}

export function listRanges(filter: JobFilter): RawBuilder<boolean>[] {
  const { ids, types, states, owner, pipelineId, batchId, errorCodes } = filter;
  const { createdAfter, createdBefore } = filter;
  // Postgres would refuse such text; no job has it.
  if (!isStorable(owner ?? '')) return [sql`false`];
  const given: [unknown, RawBuilder<boolean>][] = [
    [ids, sql`job.id = any(${sql.val(ids)}::uuid[])`],
    // Unlike `in`, it accepts an empty list, and then matches nothing.
    [types, sql`job.type = any(${sql.val(types)}::text[])`],
    [states, sql`job.state = any(${sql.val(states)}::text[])`],
    [owner, sql`job.owner = ${owner}`],
    [pipelineId, sql`job.pipeline_id = ${pipelineId}::uuid`],
    [batchId, sql`job.batch_id = ${batchId}::uuid`],
    [
      errorCodes,
      sql`(job.state = 'FAILED' and job.error ->> 'code' = any(${sql.val(errorCodes)}::text[]))`,
    ],
    [
      createdAfter,
      sql`(job.created_at > ${createdAfter} and job.id >= ${idAt(createdAfter, -1)}::uuid)`,
    ],
    [
      createdBefore,
      sql`(job.created_at < ${createdBefore} and job.id <= ${idAt(createdBefore, 1)}::uuid)`,
    ],
  ];
  return given.flatMap(([value, condition]) => (value === undefined ? [] : condition));
}

/** A job's id is made, by the database's clock too, shortly before the job is stored. */
const idToleranceMs = 10 * 60_000;
const noRandomness = new Uint8Array(16);

/** An id (UUID v7) before or after those of the jobs of a time. */
function idAt(time: Date | undefined, side: 1 | -1): string {
  const msecs = Math.min(Math.max((time?.getTime() ?? 0) + side * idToleranceMs, 0), 2 ** 48 - 1);
  return uuidv7({ msecs, random: noRandomness, seq: 0 });
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
  | 'batchId'
  | 'tags'
  | 'error'
  | 'createdAt'
>;

/** Whether a job matches a filter, apart from what it is about and its words. */
export function matchesOutline(job: JobOutline, filter: JobFilter): boolean {
  const { ids, types, states, owner, pipelineId, batchId, tags, errorCodes } = filter;
  const { createdAfter, createdBefore } = filter;
  if (owner !== undefined && owner !== job.owner) return false;
  if (pipelineId !== undefined && pipelineId !== job.pipelineId) return false;
  if (batchId !== undefined && batchId !== job.batchId) return false;
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
