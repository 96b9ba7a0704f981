import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // In the order of the queue's events; one event may tell of several.
  await sql`
    create table job_stage (
      job_id uuid not null references job on delete cascade,
      attempt integer not null,
      event_epoch integer not null,
      event_id bigint not null,
      place smallint not null,
      name text not null,
      started_at timestamptz not null,
      primary key (job_id, attempt, event_epoch, event_id, place)
    )`.execute(db);
}
