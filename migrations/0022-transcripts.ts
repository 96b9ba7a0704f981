import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table transcript (
      id uuid primary key,
      job_id uuid not null unique,
      owner text not null,
      video_id text not null,
      language text,
      duration_seconds double precision,
      speakers jsonb not null,
      models_used jsonb not null,
      segment_count integer not null,
      created_at timestamptz not null default now(),
      foreign key (owner, video_id) references video (owner, id)
    )`.execute(db);
  await sql`
    create trigger own_new_result before insert on transcript for each row execute function own_result()`.execute(
    db,
  );
  await sql`create index transcript_age on transcript (created_at)`.execute(db);
  await sql`create index transcript_of_video on transcript (owner, video_id, id desc)`.execute(db);
  // Parts of several hundred segments: a page reads few rows, and so does whoever deletes a transcript.
  await sql`
    create table transcript_part (
      transcript_id uuid not null references transcript on delete cascade,
      first_index integer not null,
      segments jsonb not null,
      primary key (transcript_id, first_index)
    )`.execute(db);
  // For the newest summary with a transcript, among many without.
  await sql`
    create index video_summary_with_transcript on video_summary (owner, video_id, id desc)
    where transcript is not null`.execute(db);
}
