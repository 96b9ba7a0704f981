import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table headline (
      id uuid primary key,
      job_id uuid not null unique,
      owner text not null,
      video_id text not null,
      text text not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create trigger own_new_result before insert on headline for each row execute function own_result()`.execute(
    db,
  );
}
