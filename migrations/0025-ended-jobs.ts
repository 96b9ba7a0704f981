import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The transaction in which a job ended. Its time would not do: a transaction that began earlier may commit later.
  await sql`alter table job add column ended_xid xid8`.execute(db);
  // By the database, so that it holds whoever writes.
  await sql`
    create function note_end() returns trigger language plpgsql as $$
    begin
      new.ended_xid := case when new.finished_at is not null then pg_current_xact_id() end;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger note_end_on_insert before insert on job for each row
    when (new.finished_at is not null) execute function note_end()`.execute(db);
  await sql`
    create trigger note_end_on_update before update on job for each row
    when (old.finished_at is distinct from new.finished_at) execute function note_end()`.execute(
    db,
  );
  await sql`create index job_ended on job (ended_xid) where ended_xid is not null`.execute(db);
}
