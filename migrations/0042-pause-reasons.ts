import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null for a queue that was paused before, or where it is kept: nobody has said it.
  await sql`alter table queue_control add column changed_by text, add column reason text`.execute(
    db,
  );
}
