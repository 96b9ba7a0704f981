import { sql } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { AttemptRecord, ResultRecord, RunRecord } from './record.ts';
import { seedPrefix } from './load/work.ts';

/** All jobs of the run, and all results of all jobs, as they are now. */
export async function readRows(
  db: Database,
): Promise<Pick<RunRecord, 'jobs' | 'attempts' | 'results'>> {
  const jobs = await db.selectFrom('job').selectAll().where(isOfRun('job')).orderBy('id').execute();
  const { rows: attempts } = await sql<AttemptRecord>`
    select job_id, number, attempt.error ->> 'code' as code
    from job_attempt attempt join job on job.id = job_id
    where attempt.error is not null and ${isOfRun('job')}`.execute(db);
  // A summary is one row; the others are as complete as the rows that go with them.
  const { rows: results } = await sql<ResultRecord>`
    select 'video_summary' as table, result.id, job_id, 1 as parts, 1 as expected_parts
      from video_summary result join job on job.id = job_id where ${isOfRun('job')}
    union all
    select 'claim_extraction', result.id, job_id,
      (select count(*)::int from claim where extraction_id = result.id), total_claims
      from claim_extraction result join job on job.id = job_id where ${isOfRun('job')}
    union all
    select 'claim_synthesis', result.id, job_id,
      (select count(*)::int from claim_synthesis_source where synthesis_id = result.id),
      jsonb_array_length(job.input -> 'summaryIds')
      from claim_synthesis result join job on job.id = job_id where ${isOfRun('job')}`.execute(db);
  return { jobs, attempts, results };
}

/** A job that was seeded is no part of what is checked. */
export function isOfRun(table: 'job') {
  return sql<boolean>`coalesce(${sql.ref(`${table}.idempotencyKey`)}, '') not like ${`${seedPrefix}%`}`;
}
