import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** What a clock decides is in the rows, by the database's clock. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // When the attempt after a failed one may begin.
  await sql`alter table job_attempt add column retry_at timestamptz`.execute(db);
  // Every second somebody asks which delayed jobs are due, which others are not handed over, and which followers wait.
  await sql`create index job_due on job (next_attempt_at) where state = 'DELAYED'`.execute(db);
  await sql`drop index job_not_dispatched`.execute(db);
  await sql`create index job_not_dispatched on job (id)
    where dispatched_at is null and state = 'QUEUED' and waits_for is null`.execute(db);
  await sql`create index job_waiting_follower on job (id)
    where dispatched_at is null and state = 'QUEUED' and waits_for is not null`.execute(db);
}
