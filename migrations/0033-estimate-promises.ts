import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // When a job was said to complete, soon after it was accepted: kept until it ends, and then to say how often that held. Few
  // rows of each type: without a reference, so that deleting jobs costs nothing.
  await sql`
    create table estimate_promise (
      job_id uuid primary key,
      type text not null,
      round integer not null,
      made_at timestamptz not null,
      has_begun boolean not null,
      typical_at timestamptz not null,
      early_ms double precision not null,
      late_ms double precision not null,
      completes_after timestamptz not null,
      completes_before timestamptz not null,
      ended_at timestamptz
    )`.execute(db);
  await sql`create index estimate_promise_ended on estimate_promise (type, has_begun, ended_at)`.execute(
    db,
  );
}
