import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobResult } from '../define-job.ts';

/** How many jobs of a type are gone. */
export interface DeletedJobs {
  type: string;
  jobs: number;
}

/** Types of which jobs have ended, those too that this version does not know. */
export async function listEndedTypes(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('jobTotal').select('type').distinct().orderBy('type').execute();
  return rows.map(({ type }) => type);
}

/**
 * Deletes jobs of a type that ended so many days ago or earlier, oldest first, with their logs and attempts; what they
 * have made stays. Pipelines go as a whole, with their first job, once every step is as old: `limit` counts them as one.
 * Any number of processes may do so at once: each job is deleted, and counted, by one.
 */
export async function deleteEndedJobs(
  db: Database,
  type: string,
  days: number,
  limit: number,
): Promise<DeletedJobs[]> {
  const { rows } = await sql<DeletedJobs>`
    with head as (
      select id, pipeline_id from job
      where type = ${type} and finished_at <= ${daysAgo(days)} and waits_for is null
        and not exists (
          select from job step
          where step.pipeline_id = job.pipeline_id
            and (step.finished_at is null or step.finished_at > ${daysAgo(days)})
        )
      order by finished_at limit ${limit}
      for update skip locked
    ), follower as (
      select step.id, step.pipeline_id from job step join head on step.pipeline_id = head.pipeline_id
      where step.waits_for is not null and step.finished_at <= ${daysAgo(days)}
      for update of step skip locked
    ), old as (
      select id, pipeline_id from head union all select id, pipeline_id from follower
    ), deleted as (
      delete from job using old
      where job.id = old.id
        -- A step that is locked is about to be started over, and needs those before it.
        and not exists (
          select from job step
          where step.pipeline_id = old.pipeline_id and step.id not in (select id from old)
        )
      returning job.type
    )
    select type, count(*)::int as jobs from deleted group by type order by type`.execute(db);
  return rows;
}

/**
 * Deletes results that were saved so many days ago or earlier and whose jobs are gone; says how many. What another
 * result is made of stays as long as that one, and what an unfinished job is to work on, until it has.
 */
export async function deleteOldResults(
  db: Database,
  kinds: readonly JobResult[],
  days: number,
  limit: number,
): Promise<number> {
  let count = 0;
  const byTable = Map.groupBy(kinds, ({ table }) => table);
  // What is made of others comes first: then they are free.
  for (const [table, alike] of [...byTable].toReversed()) {
    const needs = alike.flatMap(({ isFree }) => isFree ?? []);
    const uses = kinds.flatMap(({ madeOf }) => (madeOf?.result === table ? isUnused(madeOf) : []));
    const { rows } = await sql<{ id: string }>`
      with old as (
        select id from ${sql.table(table)} result
        where created_at <= ${daysAgo(days)}
          and not exists (select from job where job.id = result.job_id)
          and ${sql.join([sql`true`, ...needs, ...uses], sql` and `)}
        order by created_at limit ${limit}
        for update skip locked
      )
      delete from ${sql.table(table)} result using old where result.id = old.id
      returning result.id`.execute(db);
    count += rows.length;
  }
  return count;
}

function isUnused({ table, column }: NonNullable<JobResult['madeOf']>): RawBuilder<boolean> {
  return sql`not exists (select from ${sql.table(table)} made where made.${sql.ref(column)} = result.id)`;
}

/** By the clock that also wrote the times. */
function daysAgo(days: number): RawBuilder<Date> {
  return sql<Date>`(now() - make_interval(days => ${days}::int))`;
}
