import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null where the model service cannot tell. What was stored as 0 before may be either.
  await sql`alter table claim_synthesis alter column conflicts_detected drop not null`.execute(db);
}
