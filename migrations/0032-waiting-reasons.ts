import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Announced with the position, while somebody watches: why the job waits, and how many of its owner's jobs go before it.
  await sql`
    alter table job
      add column waiting_reason text,
      add column own_before integer`.execute(db);
}
