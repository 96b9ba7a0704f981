import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null: its file could not be read, and nobody has said.
  await sql`
    alter table video
      add column width integer,
      add column height integer,
      add column duration_seconds double precision,
      add column frame_rate double precision`.execute(db);
}
