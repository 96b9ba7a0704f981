import { sql } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import { isFinalJob } from '../rows/states.ts';

export interface RunStatus {
  id: string;
  /** Its cancellation was requested, or it is final. */
  mustStop: boolean;
  newestAttempt: number;
}

/** Whether workers may go on with these jobs. */
export async function listRunStatus(db: Database, jobIds: readonly string[]): Promise<RunStatus[]> {
  const { rows } = await sql<RunStatus>`
    select id, cancel_requested_at is not null or ${isFinalJob} as must_stop,
      (select coalesce(max(number), 0) from job_attempt where job_id = id) as newest_attempt
    from job where ${isAmong(jobIds)}`.execute(db);
  return rows;
}

/** Whether an attempt of this worker has ended, and the row of its job does not say so yet. */
export async function hasUnappliedEnd(db: Database, worker: string): Promise<boolean> {
  const found = await db
    .selectFrom('job')
    .innerJoin('jobAttempt', 'jobAttempt.jobId', 'job.id')
    .select('job.id')
    .where('job.state', '=', sql.lit('ACTIVE'))
    .whereRef('jobAttempt.number', '=', 'job.attempt')
    .where('jobAttempt.worker', '=', worker)
    .where('jobAttempt.finishedAt', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
