import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** The texts of a subject, whose bytes count. */
const texts = {
  video: ['id', 'title', 'path'],
  persona: ['name', 'role', 'information_need'],
};
const transitions = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
};

/** How many videos and personas each owner has, and their bytes: a row an owner, so that nobody has to count them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table subject_total (
      owner text primary key,
      subjects bigint not null,
      bytes bigint not null
    )`.execute(db);
  // By the database, so that it holds whoever writes. The owner's row is locked until the end of the transaction.
  await sql`
    create function count_subjects() returns trigger language plpgsql as $$
    declare
      statement text := 'insert into subject_total as total (owner, subjects, bytes)
        select owner, %1$s count(*), %1$s sum(' || tg_argv[0] || ') from %2$I group by owner order by owner
        on conflict (owner) do update
        set subjects = total.subjects + excluded.subjects, bytes = total.bytes + excluded.bytes';
    begin
      if tg_op <> 'INSERT' then execute format(statement, '-', 'old_rows'); end if;
      if tg_op <> 'DELETE' then execute format(statement, '+', 'new_rows'); end if;
      return null;
    end $$`.execute(db);
  for (const [table, columns] of Object.entries(texts)) {
    const bytes = columns.map((column) => `octet_length(${column})`).join(' + ');
    for (const [operation, tables] of Object.entries(transitions)) {
      await sql`
        create trigger ${sql.ref(`count_subjects_on_${operation}`)} after ${sql.raw(operation)} on ${sql.table(table)}
        referencing ${sql.raw(tables)} for each statement execute function count_subjects(${sql.lit(bytes)})`.execute(
        db,
      );
    }
    await sql`
      insert into subject_total as total (owner, subjects, bytes)
      select owner, count(*), sum(${sql.raw(bytes)}) from ${sql.table(table)} group by owner
      on conflict (owner) do update
      set subjects = total.subjects + excluded.subjects, bytes = total.bytes + excluded.bytes`.execute(
      db,
    );
  }
}
