import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null: none. Most jobs have none, and the indexes are of the others.
  await sql`
    alter table job
      add column tags text[],
      add column based_on uuid`.execute(db);
  await sql`create index job_tags on job using gin (tags) where tags is not null`.execute(db);
  await sql`create index job_derived on job (based_on, id) where based_on is not null`.execute(db);
  await sql`create index job_persona on job ((input ->> 'personaId'), id desc)
    where input ? 'personaId'`.execute(db);
  await sql`create index video_summary_of_persona on video_summary (persona_id)`.execute(db);
  await sql`create index job_failed on job ((error ->> 'code'), id desc) where state = 'FAILED'`.execute(
    db,
  );
}
