import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What an operator sets. Redis follows it, and may forget it.
  await sql`
    create table queue_control (
      type text primary key,
      paused boolean not null,
      changed_at timestamptz not null default now()
    )`.execute(db);
  // A queue's events may start over: another Redis, or one whose clock is behind. Positions are compared within an epoch.
  await sql`alter table event_cursor add column epoch integer not null default 0`.execute(db);
  await sql`alter table job add column event_epoch integer not null default 0`.execute(db);
}
