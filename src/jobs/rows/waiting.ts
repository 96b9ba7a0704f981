import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob, isWaitingJob } from './states.ts';

/**
 * Whether any job waits, for its turn or its time: without one there is nothing to hand over, to let go or to end. In the
 * order of an index that has unfinished jobs alone; without an order, PostgreSQL may look through all that have ended.
 */
export async function hasWaitingJobs(db: Database): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from job where ${isUnfinishedJob} and ${isWaitingJob} order by owner, id limit 1`.execute(
    db,
  );
  return rows.length > 0;
}
