import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobResult } from '../define-job.ts';

/** How many jobs of a type were deleted. */
export interface DeletedJobs {
  type: string;
  jobs: number;
}

/** The types of jobs that have ended, including types that this version does not know. */
export async function listEndedTypes(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('jobTotal').select('type').distinct().orderBy('type').execute();
  return rows.map(({ type }) => type);
}

/**
 * Deletes jobs of a type that ended at least this many days ago, oldest first, with their logs and attempts; their results
 * stay. A pipeline is deleted as a whole, once all of its jobs are old enough, and counts as one job for `limit`. Any number
 * of processes may do this at once: each job is deleted, and counted, once.
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
      where ${isOld(type, days)}
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
        -- A step that is locked is being restarted, and needs the steps before it.
        and not exists (
          select from job step
          where step.pipeline_id = old.pipeline_id and step.id not in (select id from old)
        )
      returning job.type
    )
    select type, count(*)::int as jobs from deleted group by type order by type`.execute(db);
  return rows;
}

/** Whether there are jobs that `deleteEndedJobs` would delete. It leaves out those that another statement has locked. */
export async function hasOldJobs(db: Database, type: string, days: number): Promise<boolean> {
  const { rows } = await sql`select from job where ${isOld(type, days)} limit 1`.execute(db);
  return rows.length > 0;
}

/** Whether a row is old enough, as is its whole pipeline; of a pipeline, only of the first job. */
function isOld(type: string, days: number): RawBuilder<boolean> {
  return sql<boolean>`type = ${type} and finished_at <= ${daysAgo(days)} and waits_for is null
    and not exists (
      select from job step
      where step.pipeline_id = job.pipeline_id
        and (step.finished_at is null or step.finished_at > ${daysAgo(days)})
    )`;
}

/**
 * Deletes results that were saved at least this many days ago and whose jobs were deleted; returns how many. A result stays
 * as long as another result is made of it, or an unfinished job needs it.
 */
export async function deleteOldResults(
  db: Database,
  kinds: readonly JobResult[],
  days: number,
  limit: number,
): Promise<number> {
  let count = 0;
  const byTable = Map.groupBy(kinds, ({ table }) => table);
  // Results that are made of others come first, so that the others can then be deleted as well.
  for (const [table, ofTable] of [...byTable].toReversed()) {
    const conditions = [
      sql`true`,
      ...ofTable.flatMap(({ isFree }) => isFree ?? []),
      ...kinds.flatMap(({ madeOf }) => (madeOf?.result === table ? isUnused(madeOf) : [])),
    ];
    const { rows } = await sql<{ id: string }>`
      with old as (
        select id from ${sql.table(table)} result
        where created_at <= ${daysAgo(days)}
          and not exists (select from job where job.id = result.job_id)
          and ${sql.join(conditions, sql` and `)}
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

/** By the database's clock, which also wrote the times. */
function daysAgo(days: number): RawBuilder<Date> {
  return sql<Date>`(now() - make_interval(days => ${days}::int))`;
}
