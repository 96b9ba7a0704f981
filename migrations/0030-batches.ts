import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Jobs that were started together. What is told of a batch is in its own row, so that nobody counts its jobs to read it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table batch (
      id uuid primary key,
      owner text not null,
      name text,
      state text not null,
      version integer not null default 1,
      progress integer not null default 0,
      jobs integer not null,
      counts jsonb not null,
      created_at timestamptz not null default now(),
      completed_at timestamptz,
      idempotency_key text,
      input_hash text not null
    ) with (fillfactor = 50)`.execute(db);
  await sql`create unique index batch_idempotency_key on batch (owner, idempotency_key)
    where idempotency_key is not null`.execute(db);
  // Null: none. Most jobs have none, and the index is of the others.
  await sql`alter table job add column batch_id uuid`.execute(db);
  await sql`create index job_of_batch on job (batch_id, id) where batch_id is not null`.execute(db);
}
