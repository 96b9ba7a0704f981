import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // An attempt that was given back is not charged to its round; what earlier rounds had, or waited for, or when they began,
  // is nobody's concern.
  await sql`alter table job_attempt add column round integer not null default 1`.execute(db);
}
