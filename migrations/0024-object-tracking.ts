import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createResults(db);
  // A job's steps are deleted when its result is saved, and those of a job that never gets there with the job.
  await sql`
    create table object_tracking_step (
      job_id uuid not null references job on delete cascade,
      done integer not null,
      unread integer not null,
      records bytea not null,
      seen jsonb not null,
      primary key (job_id, done)
    )`.execute(db);
}

async function createResults(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table object_tracking (
      id uuid primary key,
      job_id uuid not null unique,
      owner text not null,
      video_id text not null,
      detection_id uuid,
      width integer not null,
      height integer not null,
      frame_rate double precision not null,
      first_frame integer not null,
      every integer not null,
      frames_processed integer not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index object_tracking_age on object_tracking (created_at)`.execute(db);
  await sql`create index object_tracking_of_detection on object_tracking (detection_id)
    where detection_id is not null`.execute(db);
  await sql`
    create trigger own_new_result before insert on object_tracking
      for each row execute function own_result()`.execute(db);
  await sql`
    create table object_track (
      id uuid primary key,
      tracking_id uuid not null references object_tracking on delete cascade,
      index integer not null,
      label text not null,
      confidence double precision,
      frame_count integer not null,
      first_frame integer,
      last_frame integer,
      max_error double precision not null,
      keyframe_count integer not null,
      keyframes jsonb not null,
      keyframe_records bytea not null,
      visibility jsonb not null,
      unique (tracking_id, index)
    )`.execute(db);
  // A page of frames reads the rows that it is in: 500 frames of one track each.
  await sql`
    create table object_track_frames (
      track_id uuid not null references object_track on delete cascade,
      number integer not null,
      records bytea not null,
      primary key (track_id, number)
    )`.execute(db);
}
