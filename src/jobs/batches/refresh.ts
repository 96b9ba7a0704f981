import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isFinalJob } from '../rows/states.ts';
import { batchColumns } from './table.ts';
import type { BatchRow } from './table.ts';

/** Batches that are counted by one statement. */
export const refreshedBatches = 50;

/**
 * Counts the jobs of these batches, and returns the rows that this changed. Any number of processes may do it at once: each
 * counts what was committed before it had the row, so that no older count replaces a newer one. A batch without jobs is deleted.
 */
export async function refreshBatches(db: Database, ids: readonly string[]): Promise<BatchRow[]> {
  return db.transaction().execute((trx) => countBatches(trx, ids));
}

/** The same in a transaction of the caller's. */
export async function countBatches(
  trx: DatabaseTransaction,
  ids: readonly string[],
): Promise<BatchRow[]> {
  // Always in the same order, so that processes with the same batches do not deadlock.
  await trx.selectFrom('batch').where(isAmong(ids)).orderBy('id').forUpdate().execute();
  const { rows } = await sql<BatchRow>`
      with counted as (
        delete from batch_change where ${isAmong(ids, 'batch_id')}
      ), emptied as (
        delete from batch where ${isAmong(ids)} and not exists (select from job where job.batch_id = batch.id)
      ), part as (
        select batch_id, state, count(*)::int as jobs, sum(progress) as progress, max(finished_at) as ended_at,
          bool_and(${isFinalJob}) as is_final
        from job where ${isAmong(ids, 'batch_id')} group by batch_id, state
      ), whole as (
        select batch_id, sum(jobs) as jobs, floor(sum(progress) / sum(jobs))::int as progress,
          jsonb_object_agg(state, jobs) as counts,
          case
            when not bool_and(is_final) then 'RUNNING'
            when count(*) = 1 and min(state) <> 'EXPIRED' then min(state)
            else 'PARTIAL'
          end as state,
          case when bool_and(is_final) then max(ended_at) end as ended_at
        from part group by batch_id
      )
      update batch set version = version + 1, state = whole.state, progress = whole.progress, counts = whole.counts,
        completed_at = whole.ended_at
      from whole
      where batch.id = whole.batch_id
        -- Of a batch that has ended, the jobs are deleted one after the other. It stays what it has become.
        and (batch.state = 'RUNNING' or whole.state = 'RUNNING' or whole.jobs = batch.jobs)
        and (batch.state, batch.progress, batch.counts, batch.completed_at)
          is distinct from (whole.state, whole.progress, whole.counts, whole.ended_at)
      returning ${sql.join(batchColumns.map((column) => sql.ref(`batch.${column}`)))}`.execute(trx);
  return rows;
}

/** Entries that one sweep reads. */
const sweptEntries = 1_000;

/** Batches with changes that no process has counted yet, and whether there may be more of them. */
export async function listUncounted(db: Database): Promise<{ ids: string[]; hasMore: boolean }> {
  const entries = await db
    .selectFrom('batchChange')
    .select('batchId')
    .limit(sweptEntries)
    .execute();
  const ids = new Set(entries.map(({ batchId }) => batchId));
  return { ids: [...ids], hasMore: entries.length === sweptEntries };
}
