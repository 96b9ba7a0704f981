import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The leases of before are nobody's any more: one process leads in all that they were for.
  await sql`delete from lease`.execute(db);
  // Grows by one each time that somebody takes the lease; `by_session`: its holder's session has an advisory lock as well.
  await sql`
    alter table lease
      add column term integer not null default 1,
      add column by_session boolean not null default false,
      add column taken_at timestamptz not null default now()`.execute(db);
}
