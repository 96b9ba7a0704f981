import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { EstimatePromiseTable } from '../tables.ts';
import { toCompletionRange } from './ranges.ts';
import { keptPromises } from './records.ts';
import type { EstimateRecord } from './records.ts';
import type { JobEstimate } from './ranges.ts';

/** Promises of a type that have not been put to the test; while there are more, none are made. */
export const maxOpenPromises = 500;

export type EstimatePromise = Omit<Selectable<EstimatePromiseTable>, 'endedAt'>;

/** What is said now of when a job completes. */
export function toPromise(
  { id: jobId, type, round }: Pick<JobRow, 'id' | 'type' | 'round'>,
  estimate: JobEstimate,
  record: EstimateRecord,
  now: number,
): EstimatePromise {
  const { typicalMs, earlyMs, lateMs } = estimate.completes;
  const { after: completesAfter, before: completesBefore } = toCompletionRange(
    estimate,
    record,
    now,
  );
  const { hasBegun } = estimate;
  const [madeAt, typicalAt] = [new Date(now), new Date(now + typicalMs)];
  return {
    jobId,
    type,
    round,
    madeAt,
    hasBegun,
    typicalAt,
    earlyMs,
    lateMs,
    completesAfter,
    completesBefore,
  };
}

export async function insertPromises(
  db: Database,
  promises: readonly EstimatePromise[],
): Promise<void> {
  if (promises.length === 0) return;
  await db
    .insertInto('estimatePromise')
    .values(promises)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Puts the promises to the test whose jobs have completed, and drops those whose jobs have ended otherwise or start over, and
 * those that are too old to be looked at. Says whether some are still open.
 */
export async function settlePromises(db: Database): Promise<boolean> {
  const { rows } = await sql<{ tested: number; open: number }>`
    with pending as materialized (
      select promise.job_id, job.finished_at,
        coalesce(job.state = 'COMPLETED' and job.round = promise.round, false) as is_tested,
        coalesce(job.finished_at is null and job.round = promise.round, false) as is_open
      from estimate_promise promise left join job on job.id = promise.job_id
      where promise.ended_at is null
    ), tested as (
      update estimate_promise set ended_at = pending.finished_at
      from pending where estimate_promise.job_id = pending.job_id and pending.is_tested
    ), dropped as (
      delete from estimate_promise using pending
      where estimate_promise.job_id = pending.job_id and not (pending.is_tested or pending.is_open)
    )
    select count(*) filter (where is_tested)::int as tested, count(*) filter (where is_open)::int as open
    from pending`.execute(db);
  if (rows[0]!.tested > 0) await deleteOldPromises(db);
  return rows[0]!.open > 0;
}

async function deleteOldPromises(db: Database): Promise<void> {
  await sql`
    delete from estimate_promise using (
      select job_id, row_number() over (partition by type, has_begun order by ended_at desc) as number
      from estimate_promise where ended_at is not null
    ) latest
    where estimate_promise.job_id = latest.job_id and latest.number > ${keptPromises}`.execute(db);
}
