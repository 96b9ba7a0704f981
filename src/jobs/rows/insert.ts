import { sql } from 'kysely';
import { IdempotencyConflictError } from '../../errors.ts';
import { createBatcher } from '../../platform/batcher.ts';
import { isQueryable, matchesFilter } from './filter.ts';
import type { JobFilter } from './filter.ts';
import type { JobPriority, JobRow } from './row.ts';
import { priorityRanks } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isSeenBy } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

export interface NewJob {
  /** Orders jobs in lists and queues: a UUID of version 7, by the database's clock. */
  id: string;
  /** The id that its result is to have. */
  resultId: string;
  type: string;
  owner: string;
  input: Record<string, unknown>;
  maxAttempts: number;
  priority: JobPriority;
  /** Of one owner's jobs of one type, one only. */
  idempotencyKey?: string | undefined;
  /** Not before so much time has passed; DELAYED until then. */
  delayMs?: number | undefined;
  expiresAt?: Date | undefined;
  pipelineId?: string | undefined;
  waitsFor?: string | undefined;
  /** The trace that it is started in, as W3C's `traceparent`. */
  traceContext?: string | undefined;
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
  const [inserted] = await insertRows(db, [job]);
  return inserted ? { job: inserted, created: true } : getEarlier(db, job);
}

/** As `insertJob`, but stores the jobs that come at the same time in one statement. */
export function createJobInserter(db: Database): (job: NewJob) => Promise<InsertedJob> {
  const insert = createBatcher((jobs: NewJob[]) => insertRows(db, jobs));
  return async (job) => {
    const inserted = await insert(job);
    return inserted ? { job: inserted, created: true } : getEarlier(db, job);
  };
}

/** The row of each job, in their order; undefined for one whose idempotency key is taken. */
async function insertRows(db: Database, jobs: readonly NewJob[]): Promise<(JobRow | undefined)[]> {
  const records = jobs.map(toRecord);
  const runAt = sql`now() + make_interval(secs => delay_ms / 1000.0)`;
  const { rows } = await sql<JobRow>`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, idempotency_key,
      pipeline_id, waits_for, run_at, next_attempt_at, expires_at, trace_context)
    select id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, idempotency_key,
      pipeline_id, waits_for, ${runAt}, ${runAt}, expires_at, trace_context
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as record(
      id uuid, type text, state text, owner text, input jsonb, result_id uuid, max_attempts integer, priority text,
      priority_rank smallint, idempotency_key text, pipeline_id uuid, waits_for uuid, delay_ms bigint,
      expires_at timestamptz, trace_context text)
    on conflict (owner, type, idempotency_key) where idempotency_key is not null do nothing
    returning *`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return records.map(({ id }) => byId.get(id));
}

function toRecord(job: NewJob) {
  return {
    id: job.id,
    type: job.type,
    state: job.delayMs ? 'DELAYED' : 'QUEUED',
    owner: job.owner,
    input: job.input,
    result_id: job.resultId,
    max_attempts: job.maxAttempts,
    priority: job.priority,
    priority_rank: priorityRanks[job.priority],
    idempotency_key: job.idempotencyKey,
    pipeline_id: job.pipelineId,
    waits_for: job.waitsFor,
    delay_ms: job.delayMs || undefined,
    expires_at: job.expiresAt,
    trace_context: job.traceContext,
  };
}

async function getEarlier(db: Database, job: NewJob): Promise<InsertedJob> {
  const earlier = await findEarlierJob(db, job);
  if (!earlier) throw new Error('the job that has the idempotency key is gone');
  return { job: earlier, created: false };
}

/** The job that a new one's idempotency key has made before; throws IdempotencyConflictError when its input is another. */
export async function findEarlierJob(
  db: Database,
  {
    owner,
    type,
    idempotencyKey,
    input,
  }: Pick<NewJob, 'owner' | 'type' | 'idempotencyKey' | 'input'>,
): Promise<JobRow | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const found = await db
    .selectFrom('job')
    .selectAll()
    .select(sql<boolean>`input = ${JSON.stringify(input)}::jsonb`.as('same'))
    .where('owner', '=', owner)
    .where('type', '=', type)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst();
  if (!found) return undefined;
  const { same, ...job } = found;
  if (!same) throw new IdempotencyConflictError(job.id);
  return job;
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

/** A page of the viewer's jobs by id, which grows with time. */
export async function listJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: Page,
): Promise<JobRow[]> {
  if (!isQueryable(filter)) return [];
  let query = db
    .selectFrom('job')
    .selectAll()
    .where(isSeenBy(viewer, 'id'))
    .where(matchesFilter(filter));
  if (page.after !== undefined) query = query.where('id', '<', page.after);
  if (page.before !== undefined) query = query.where('id', '>', page.before);
  return query
    .orderBy('id', page.inverted ? 'asc' : 'desc')
    .limit(page.limit)
    .execute();
}
