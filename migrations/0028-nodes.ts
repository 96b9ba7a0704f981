import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What other systems call a video is unique for its owner alone; this is unique in the installation. Rewriting the table
  // takes its lock for less time than an update of all rows, which would also count the owners' totals again.
  await sql`alter table video add column node_id uuid not null default gen_random_uuid()`.execute(
    db,
  );
  await sql`create unique index video_node on video (node_id)`.execute(db);
  // Ids of personas may come from elsewhere, so they no longer tell which is older.
  await sql`create index persona_oldest on persona (created_at, id)`.execute(db);
  await sql`create index persona_oldest_of_owner on persona (owner, created_at, id)`.execute(db);
  await sql`drop index persona_of_owner`.execute(db);
  // For readers of any owner's videos, and for operators.
  await sql`create index video_of_any_owner on video (id)`.execute(db);
}
