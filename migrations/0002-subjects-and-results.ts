import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createSubjects(db);
  await createSummary(db);
  await createClaims(db);
  await createSynthesis(db);
}

async function createSubjects(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table video (
      id text primary key,
      owner text not null,
      title text not null,
      path text not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index video_newest_of_owner on video (owner, created_at desc, id desc)`.execute(
    db,
  );
  await sql`
    create table persona (
      id uuid primary key,
      owner text not null,
      name text not null,
      role text not null,
      information_need text not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index persona_of_owner on persona (owner, id)`.execute(db);
}

async function createSummary(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table video_summary (
      id uuid primary key,
      job_id uuid not null unique references job,
      video_id text not null references video,
      persona_id uuid not null references persona,
      gloss jsonb not null,
      visual_analysis text,
      audio_transcript text,
      transcript jsonb,
      key_frames jsonb not null,
      confidence double precision,
      audio_language text,
      speaker_count integer,
      audio_model_used text,
      visual_model_used text,
      fusion_strategy text,
      processing_time_audio double precision,
      processing_time_visual double precision,
      processing_time_fusion double precision,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index video_summary_of_video on video_summary (video_id, id desc)`.execute(db);
}

async function createClaims(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table claim_extraction (
      id uuid primary key,
      job_id uuid not null unique references job,
      summary_id uuid not null references video_summary,
      strategy text not null,
      total_claims integer not null,
      model_used text,
      processing_time double precision,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index claim_extraction_of_summary on claim_extraction (summary_id, id desc)`.execute(
    db,
  );
  await sql`
    create table claim (
      id uuid primary key,
      extraction_id uuid not null references claim_extraction on delete cascade,
      ordinal integer not null,
      parent_id uuid references claim on delete cascade,
      text text not null,
      confidence double precision not null,
      claim_type text,
      sentence_index integer,
      char_start integer,
      char_end integer,
      unique (extraction_id, ordinal)
    )`.execute(db);
}

async function createSynthesis(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table claim_synthesis (
      id uuid primary key,
      job_id uuid not null unique references job,
      gloss jsonb not null,
      strategy text not null,
      claims_used integer not null,
      conflicts_detected integer not null,
      model_used text,
      processing_time double precision,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table claim_synthesis_source (
      synthesis_id uuid not null references claim_synthesis on delete cascade,
      ordinal integer not null,
      summary_id uuid not null references video_summary,
      primary key (synthesis_id, ordinal)
    )`.execute(db);
}
