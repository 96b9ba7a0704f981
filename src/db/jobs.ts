import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyConflictError } from '../errors.ts';
import { passes } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import type { JobPriority, JobRow } from './job-row.ts';
import { priorityRanks } from './job-row.ts';
import type { Database } from './tables.ts';
import { isStorable } from './text.ts';

export interface NewJob {
  type: string;
  owner: string;
  input: Record<string, unknown>;
  maxAttempts: number;
  priority: JobPriority;
  /** Of one owner's jobs of one type, one only. */
  idempotencyKey?: string | undefined;
  /** Not before; DELAYED until then. */
  runAt?: Date | undefined;
  expiresAt?: Date | undefined;
  pipelineId?: string | undefined;
  waitsFor?: string | undefined;
  resultId?: string | undefined;
}

export interface InsertedJob {
  job: JobRow;
  /** False when the idempotency key has brought back an earlier job. */
  created: boolean;
}

/**
 * Stores a job at version 1; once it has returned, the job is accepted. The same idempotency key brings back the job that
 * it first made, or throws IdempotencyConflictError when that job's input is another.
 */
export async function insertJob(db: Database, job: NewJob): Promise<InsertedJob> {
  const { input, runAt, ...columns } = job;
  const inserted = await db
    .insertInto('job')
    .values({
      ...columns,
      id: uuidv7(),
      resultId: job.resultId ?? uuidv7(),
      input: JSON.stringify(input),
      state: runAt ? 'DELAYED' : 'QUEUED',
      runAt: runAt ?? null,
      nextAttemptAt: runAt ?? null,
      priorityRank: priorityRanks[job.priority],
    })
    .onConflict((conflict) =>
      conflict
        .columns(['owner', 'type', 'idempotencyKey'])
        .where('idempotencyKey', 'is not', null)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return inserted ? { job: inserted, created: true } : getEarlier(db, job);
}

async function getEarlier(db: Database, { owner, type, idempotencyKey, input }: NewJob) {
  const { same, ...job } = await db
    .selectFrom('job')
    .selectAll()
    .select(sql<boolean>`input = ${JSON.stringify(input)}::jsonb`.as('same'))
    .where('owner', '=', owner)
    .where('type', '=', type)
    .where('idempotencyKey', '=', idempotencyKey ?? '')
    .executeTakeFirstOrThrow();
  if (!same) throw new IdempotencyConflictError(job.id);
  return { job, created: false };
}

/** Records that the queue has this round of the job, so that nobody enqueues it again. */
export async function markDispatched(db: Database, { id, round }: JobRow): Promise<void> {
  await db
    .updateTable('job')
    .set({ dispatchedAt: sql`now()` })
    .where('id', '=', id)
    .where('round', '=', round)
    .execute();
}

export interface Page {
  /** Rows at most; ask for one more than is shown to learn whether there are more. */
  limit: number;
  /** Only rows between these, neither included, in the order of the list. */
  after: string | undefined;
  before: string | undefined;
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
  let query = db.selectFrom('job').selectAll().where('owner', '=', owner).where(passes(filter));
  if (page.after !== undefined) query = query.where('id', '<', page.after);
  if (page.before !== undefined) query = query.where('id', '>', page.before);
  return query
    .orderBy('id', page.inverted ? 'asc' : 'desc')
    .limit(page.limit)
    .execute();
}
