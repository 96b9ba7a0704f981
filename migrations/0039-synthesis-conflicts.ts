import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Of a synthesis from before, nobody has kept which claims they were.
  await sql`alter table claim_synthesis add column conflicts jsonb not null default '[]'`.execute(
    db,
  );
}
