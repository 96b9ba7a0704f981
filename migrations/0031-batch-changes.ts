import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Which batches must be counted again. Entries are only added, so that nobody waits for anybody; whoever counts a batch deletes
 * those that the count includes. An entry is stored with the change itself, so a process that is killed leaves none behind unseen.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table batch_change (batch_id uuid not null)`.execute(db);
  // By the database, so that it holds whoever writes.
  await sql`
    create function note_batch_change() returns trigger language plpgsql as $$
    begin
      insert into batch_change (batch_id) values (old.batch_id);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger note_change_of_batch after update on job for each row
    when (old.batch_id is not null and (old.state <> new.state or old.progress <> new.progress))
    execute function note_batch_change()`.execute(db);
  await sql`
    create trigger note_deletion_of_batch after delete on job for each row
    when (old.batch_id is not null) execute function note_batch_change()`.execute(db);
}
