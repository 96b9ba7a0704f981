import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { localSession } from '../../../src/access/identity/session.ts';
import type { Database } from '../../../src/db/tables.ts';
import { priorityRanks } from '../../../src/jobs/rows/row.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';

/** Inserts a QUEUED job that is not in any queue. */
export async function insertTestJob(db: Database): Promise<JobRow> {
  const [job] = await insertTestJobs(db, 1);
  return job!;
}

/** Inserts QUEUED jobs that are not in any queue, in one statement. */
export async function insertTestJobs(db: Database, count: number): Promise<JobRow[]> {
  const job = {
    type: 'VIDEO_SUMMARIZATION',
    owner: localSession.viewer.owner,
    input: JSON.stringify({}),
    state: 'QUEUED',
    maxAttempts: 3,
    priority: 'NORMAL',
    priorityRank: priorityRanks.NORMAL,
  } as const;
  const jobs = Array.from({ length: count }, () => ({ ...job, id: uuidv7(), resultId: uuidv7() }));
  return db.insertInto('job').values(jobs).returningAll().execute();
}

/** The id of the job at this place of a queue that only `insertWaitingJobs` has filled; 1 runs next. */
export function waitingIdAt(place: number): string {
  return `019a0000-0000-7000-8000-${place.toString(16).padStart(12, '0')}`;
}

export interface WaitingJobsOptions {
  type?: string;
  input?: object;
  /** Whether PostgreSQL's statistics tell of them. */
  analyze?: boolean;
}

/** Inserts any number of QUEUED jobs that are not in any queue, in one statement. */
export async function insertWaitingJobs(
  db: Database,
  count: number,
  { type = 'VIDEO_SUMMARIZATION', input = {}, analyze = true }: WaitingJobsOptions = {},
): Promise<void> {
  await sql`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
    select ('019a0000-0000-7000-8000-' || lpad(to_hex(place), 12, '0'))::uuid, ${type}, 'QUEUED',
      ${localSession.viewer.owner}, ${JSON.stringify(input)}::jsonb, gen_random_uuid(), 3, 'NORMAL', 5
    from generate_series(1, ${sql.lit(count)}) place`.execute(db);
  if (analyze) await sql`analyze job`.execute(db);
}

/** Makes jobs COMPLETED, so many days ago. */
export async function ageJobs(
  db: Database,
  days: number,
  jobs: readonly Pick<JobRow, 'id'>[],
): Promise<void> {
  const finishedAt = sql<Date>`now() - make_interval(days => ${sql.val(days)}::int)`;
  const ids = jobs.map(({ id }) => id);
  await db
    .updateTable('job')
    .set({ state: 'COMPLETED', finishedAt })
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .execute();
}

/** Sets when all results in a table were saved: so many days ago. */
export async function ageResults(db: Database, table: string, days: number): Promise<void> {
  const createdAt = sql`now() - make_interval(days => ${sql.val(days)}::int)`;
  await sql`update ${sql.table(table)} set created_at = ${createdAt}`.execute(db);
}

/** The row of a job as it is now. */
export async function readJobRow(db: Database, id: string): Promise<JobRow> {
  return db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
