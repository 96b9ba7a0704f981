import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Progress changes many times a job. No changing column but `state` is indexed, and pages keep room, so that such an
  // update stays in its page (heap-only).
  await sql`
    create table job (
      id uuid primary key,
      type text not null,
      state text not null,
      version integer not null default 1,
      event_id bigint,
      owner text not null,
      input jsonb not null,
      result_id uuid not null,
      error jsonb,
      progress smallint not null default 0 check (progress between 0 and 100),
      stage text,
      round integer not null default 1,
      attempt integer not null default 0,
      max_attempts integer not null,
      priority text not null,
      priority_rank smallint not null,
      idempotency_key text,
      pipeline_id uuid,
      waits_for uuid references job,
      run_at timestamptz,
      expires_at timestamptz,
      created_at timestamptz not null default now(),
      dispatched_at timestamptz,
      started_at timestamptz,
      finished_at timestamptz,
      next_attempt_at timestamptz,
      cancel_requested_at timestamptz
    ) with (fillfactor = 70)`.execute(db);
  await sql`create unique index job_idempotency on job (owner, type, idempotency_key)
    where idempotency_key is not null`.execute(db);
  await sql`create index job_newest_of_owner on job (owner, id desc)`.execute(db);
  await sql`create index job_queue_position on job (type, priority_rank, id) where state = 'QUEUED'`.execute(
    db,
  );
  await sql`create index job_not_dispatched on job (id)
    where dispatched_at is null and state in ('QUEUED', 'DELAYED')`.execute(db);
  await sql`create index job_expiry on job (expires_at)
    where expires_at is not null and state in ('QUEUED', 'DELAYED')`.execute(db);
  await sql`create index job_pipeline on job (pipeline_id, id) where pipeline_id is not null`.execute(
    db,
  );
  await sql`create index job_follower on job (waits_for) where waits_for is not null`.execute(db);
  await sql`create index job_not_final on job (type, state, id)
    where state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);
  await sql`create index job_finished on job (type, finished_at desc) where finished_at is not null`.execute(
    db,
  );
  await sql`create index job_video on job ((input ->> 'videoId'), id desc)`.execute(db);

  await sql`
    create table job_attempt (
      job_id uuid not null references job on delete cascade,
      number integer not null,
      worker text not null,
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      error jsonb,
      primary key (job_id, number)
    )`.execute(db);
  await sql`
    create table job_log (
      job_id uuid not null references job on delete cascade,
      sequence integer not null,
      attempt integer not null,
      level text not null,
      message text not null,
      at timestamptz not null default now(),
      primary key (job_id, sequence)
    )`.execute(db);
  await sql`
    create table lease (
      name text primary key,
      holder text not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`
    create table event_cursor (
      queue text primary key,
      event_id text not null,
      saved_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table worker (
      id uuid primary key,
      queue text not null,
      name text not null,
      concurrency integer not null,
      started_at timestamptz not null default now(),
      seen_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index worker_of_queue on worker (queue, seen_at)`.execute(db);
}
