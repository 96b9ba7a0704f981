import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import type { TrackedStep } from './track-chunks.ts';

/** The steps that a job's attempts have kept, in order. */
export async function listSteps(db: Database, jobId: string): Promise<TrackedStep[]> {
  return db
    .selectFrom('objectTrackingStep')
    .select(['done', 'unread', 'records', 'seen'])
    .where('jobId', '=', jobId)
    .orderBy('done')
    .execute();
}

/** Keeps a step. Only an attempt that is the newest may, as two would mix their steps. */
export async function insertStep(
  trx: DatabaseTransaction,
  jobId: string,
  { seen, records, ...counts }: TrackedStep,
): Promise<void> {
  // Masks are by far the largest, and only the last step's are needed.
  await trx
    .updateTable('objectTrackingStep')
    .set({ seen: '[]' })
    .where('jobId', '=', jobId)
    .where(sql<boolean>`seen <> '[]'`)
    .execute();
  await trx
    .insertInto('objectTrackingStep')
    .values({ jobId, ...counts, records: Buffer.from(records), seen: JSON.stringify(seen) })
    .execute();
}

export async function deleteSteps(trx: DatabaseTransaction, jobId: string): Promise<void> {
  await trx.deleteFrom('objectTrackingStep').where('jobId', '=', jobId).execute();
}
