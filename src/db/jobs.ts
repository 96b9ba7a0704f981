import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { JobPriority, JobRow, JobState } from './job-row.ts';
import { priorityRanks } from './job-row.ts';
import type { Database } from './tables.ts';
import { isStorable } from './text.ts';

export interface NewJob {
  id: string;
  type: string;
  owner: string;
  input: Record<string, unknown>;
  maxAttempts: number;
  priority: JobPriority;
}

/** Stores a job as QUEUED at version 1. Once it has returned, the job is accepted. */
export async function insertJob(db: Database, job: NewJob): Promise<JobRow> {
  return db
    .insertInto('job')
    .values({
      ...job,
      input: JSON.stringify(job.input),
      state: 'QUEUED',
      priorityRank: priorityRanks[job.priority],
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Records that the queue has the job, so that nobody enqueues it again. */
export async function markDispatched(db: Database, id: string): Promise<void> {
  await db.updateTable('job').set({ dispatchedAt: sql`now()` }).where('id', '=', id).execute();
}

/** The owner's job; undefined when there is none, or when it is somebody else's. */
export async function findJob(db: Database, owner: string, id: string): Promise<JobRow | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('job')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst();
}

export interface JobFilter {
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  videoId?: string | undefined;
}

export interface Page {
  /** Rows at most; ask for one more than is shown to learn whether there are more. */
  limit: number;
  /** Only rows beyond this id, in the direction of reading. */
  beyond: string | undefined;
  /** Newest first unless inverted. */
  inverted: boolean;
}

/** A page of the owner's jobs by id, which grows with time. */
export async function listJobs(
  db: Database,
  owner: string,
  filter: JobFilter,
  page: Page,
): Promise<JobRow[]> {
  if (filter.videoId !== undefined && !isStorable(filter.videoId)) return [];
  let query = db.selectFrom('job').selectAll().where('owner', '=', owner);
  if (filter.types) query = query.where(isAnyOf('type', filter.types));
  if (filter.states) query = query.where(isAnyOf('state', filter.states));
  if (filter.videoId !== undefined) query = query.where(isAboutVideo(filter.videoId));
  if (page.beyond !== undefined) {
    query = query.where('id', page.inverted ? '>' : '<', page.beyond);
  }
  return query.orderBy('id', page.inverted ? 'asc' : 'desc').limit(page.limit).execute();
}

/** Unlike `in`, takes an empty list, and finds nothing. */
function isAnyOf(column: 'type' | 'state', values: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} = any(${sql.val(values)}::text[])`;
}

/** The video itself, or a summary of it among the job's inputs. */
function isAboutVideo(videoId: string) {
  return sql<boolean>`(
    job.input ->> 'videoId' = ${videoId}
    or exists (
      select from video_summary summary
      where summary.video_id = ${videoId}
        and (job.input ->> 'summaryId' = summary.id::text or job.input -> 'summaryIds' ? summary.id::text)
    ))`;
}

/** Place in its queue, by job id; only QUEUED jobs have one, and 1 runs next. */
export async function listPositions(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; position: number }[]> {
  const { rows } = await sql<{ id: string; position: number }>`
    select job.id, (
      select count(*)::int from job other
      where other.type = job.type and other.state = 'QUEUED'
        and (other.priority_rank, other.id) <= (job.priority_rank, job.id)
    ) as position
    from job
    where job.id = any(${sql.val(ids)}::uuid[]) and job.state = 'QUEUED'`.execute(db);
  return rows;
}
