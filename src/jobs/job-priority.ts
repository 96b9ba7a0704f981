import { sql } from 'kysely';
import { ConflictError } from '../errors.ts';
import { lockSeenJob } from './job-control.ts';
import { isWaiting, priorityRanks } from './job-row.ts';
import type { JobPriority, JobRow } from './job-row.ts';
import type { Database } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';

/** Gives a job that waits another priority; throws NotFoundError, and ConflictError once it has begun or ended. */
export async function setJobPriority(
  db: Database,
  viewer: Viewer,
  id: string,
  priority: JobPriority,
): Promise<JobRow> {
  return db.transaction().execute(async (trx) => {
    const job = await lockSeenJob(trx, viewer, id);
    if (!isWaiting(job.state)) {
      throw new ConflictError(`A job that is ${job.state} waits for nothing.`);
    }
    return trx
      .updateTable('job')
      .set({ version: sql`version + 1`, priority, priorityRank: priorityRanks[priority] })
      .where('id', '=', job.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}
