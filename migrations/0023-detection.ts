import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table object_detection (
      id uuid primary key,
      job_id uuid not null unique,
      owner text not null,
      video_id text not null,
      query text not null,
      width integer,
      height integer,
      frame_count integer not null,
      detection_count integer not null,
      counts jsonb not null,
      unread_frames jsonb not null,
      model_used text,
      created_at timestamptz not null default now(),
      constraint object_detection_video_fkey foreign key (owner, video_id) references video (owner, id)
    )`.execute(db);
  await sql`
    create trigger own_new_result before insert on object_detection for each row execute function own_result()`.execute(
    db,
  );
  await sql`create index object_detection_of_video on object_detection (owner, video_id, id desc)`.execute(
    db,
  );
  await sql`create index object_detection_age on object_detection (created_at)`.execute(db);
  // A row a frame, so that a page of frames is read without the others.
  await sql`
    create table detected_frame (
      detection_id uuid not null references object_detection on delete cascade,
      frame_number integer not null,
      timestamp double precision not null,
      detections jsonb not null,
      primary key (detection_id, frame_number)
    )`.execute(db);
}
