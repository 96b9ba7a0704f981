import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Where a worker runs, and how much of it is in use.
  await sql`alter table worker
    add column host text not null default '',
    add column busy integer not null default 0`.execute(db);
}
