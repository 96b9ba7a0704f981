import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // When the worker of an attempt came back that had been taken for vanished: it had only stood still, and its job pays nothing.
  await sql`alter table job_attempt add column returned_at timestamptz`.execute(db);
}
