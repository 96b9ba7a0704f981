import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { columnsOf } from '../../jobs/rows/lookup.ts';
import type { JobColumns } from '../../jobs/rows/lookup.ts';

/**
 * Of an input, an id of ours; null if it is not one. Inputs are stored once what they name was found, so that its form is enough:
 * to look at each digit would take longer than to read the row.
 */
export function uuidOf(value: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`(case when ${value} like '________-____-____-____-____________' then (${value})::uuid end)`;
}

/**
 * Whether a row of `job` names a summary of which this is true: for rows that are read anyway. `offset 0`: PostgreSQL takes it that
 * a list names a hundred, and would rather read all summaries than look up the one or two that there are.
 */
export function namesSummary(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(exists (
      select from video_summary summary
      where summary.id = ${uuidOf(sql`job.input ->> 'summaryId'`)} and (${condition}))
    or (job.input ? 'summaryIds' and exists (
      select from jsonb_array_elements_text(job.input -> 'summaryIds') given(id)
        cross join lateral (
          select id, owner, video_id, persona_id from video_summary where id = ${uuidOf(sql`given.id`)} offset 0) summary
      where ${condition})))`;
}

/**
 * Selects the jobs that name one of these summaries, which have the name `summary`; each branch uses an index of its own.
 * `offset 0` keeps PostgreSQL from joining all jobs at once: it takes far more of them for likely than there are.
 */
export function selectJobsOfSummaries(
  summaries: RawBuilder<unknown>,
  what: JobColumns,
): RawBuilder<unknown> {
  const columns = columnsOf(what);
  return sql`
    select found.* from ${summaries} cross join lateral (
      select ${columns} from job where job.input ->> 'summaryId' = summary.id::text offset 0) found
    union all
    select found.* from ${summaries} cross join lateral (
      select ${columns} from job where job.input -> 'summaryIds' ? summary.id::text offset 0) found`;
}
