import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A version that only a new place made: which one it was, and the last one before it that told more.
  await sql`
    alter table job
      add column positioned_version integer,
      add column positioned_from integer`.execute(db);

  // Exactly the jobs that have a place, so that counting those ahead of one reads the index alone.
  await sql`
    create index job_place on job (type, priority_rank, id)
    where (state = 'QUEUED' and (waits_for is null or dispatched_at is not null))`.execute(db);
  await sql`drop index job_queue_position`.execute(db);

  // What is not final, page by page: of all, and of an owner.
  await sql`create index job_unfinished on job (id)
    where state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);
  await sql`drop index job_unfinished_of_owner`.execute(db);
  await sql`create index job_unfinished_of_owner on job (owner, id)
    where state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);

  // Jobs about a video name it, or summaries of it. A job's input never changes, and costs no update anything.
  await sql`create index job_summary on job ((input ->> 'summaryId'))
    where input ->> 'summaryId' is not null`.execute(db);
  await sql`create index job_summaries on job using gin ((input -> 'summaryIds'))
    where input -> 'summaryIds' is not null`.execute(db);
  await sql`create index video_summary_about on video_summary (video_id)`.execute(db);
}
