import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // How often the tickets of a job were revoked; no row: never. Tickets of earlier generations do not work.
  await sql`
    create table ticket_generation (
      job_id uuid primary key references job on delete cascade,
      generation integer not null
    )`.execute(db);
}
