import { sql } from 'kysely';
import { createBatcher } from '../../platform/batcher.ts';
import { findJobByIdempotencyKey } from './find.ts';
import type { JobSubmission } from './find.ts';
import type { JobPriority, JobRow } from './row.ts';
import { priorityRanks } from './row.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';

export interface NewJob extends JobSubmission {
  /** A UUID v7 by the database's clock: jobs are listed and queued in its order. */
  id: string;
  /** The id that its result will have. */
  resultId: string;
  maxAttempts: number;
  priority: JobPriority;
  /** The job is DELAYED for this long. */
  delayMs?: number | undefined;
  expiresAt?: Date | undefined;
  pipelineId?: string | undefined;
  batchId?: string | undefined;
  waitsFor?: string | undefined;
  /** The trace that it is started in, as W3C's `traceparent`. */
  traceContext?: string | undefined;
  /** How many shares of its queue its owner has; absent: 1. */
  ownerWeight?: number | undefined;
  tags?: readonly string[] | undefined;
  /** The job that it is started again from. */
  basedOn?: string | undefined;
}

export interface InsertedJob {
  job: JobRow;
  /** False if the idempotency key belongs to an earlier job, which was returned. */
  created: boolean;
}

/**
 * Stores a job at version 1: once this resolves, the job is accepted. If the idempotency key was used before, it returns the
 * earlier job, or throws IdempotencyConflictError if that one has a different input. Throws SubjectGoneError if what the input
 * names is not there.
 */
export async function insertJob(db: Database, job: NewJob): Promise<InsertedJob> {
  const [inserted] = await insertJobs(db, [job]);
  return inserted ? { job: inserted, created: true } : getEarlier(db, job);
}

/** The same as `insertJob`, but jobs that arrive at the same time are stored by one statement. */
export function createJobInserter(db: Database): (job: NewJob) => Promise<InsertedJob> {
  const insert = createBatcher((jobs: NewJob[]) => insertJobs(db, jobs));
  return async (job) => {
    const inserted = await insert(job);
    return inserted ? { job: inserted, created: true } : getEarlier(db, job);
  };
}

/** What the input of a job names was deleted after it was checked. Nothing was stored. */
export class SubjectGoneError extends Error {
  override readonly name = 'SubjectGoneError';
}

/**
 * The row of each job, in the order given; undefined for a job whose idempotency key is taken, or whose input names what is
 * not there.
 */
export async function insertJobs(
  db: Database,
  jobs: readonly NewJob[],
): Promise<(JobRow | undefined)[]> {
  const records = jobs.map(toRecord);
  const runAt = sql`now() + make_interval(secs => delay_ms / 1000.0)`;
  const { rows } = await sql<JobRow>`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, idempotency_key,
      pipeline_id, waits_for, run_at, next_attempt_at, expires_at, trace_context, owner_weight, tags, based_on, batch_id)
    select id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, idempotency_key,
      pipeline_id, waits_for, ${runAt}, ${runAt}, expires_at, trace_context, owner_weight, tags, based_on, batch_id
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as record(
      id uuid, type text, state text, owner text, input jsonb, result_id uuid, max_attempts integer, priority text,
      priority_rank smallint, idempotency_key text, pipeline_id uuid, waits_for uuid, delay_ms bigint,
      expires_at timestamptz, trace_context text, owner_weight float8, tags text[], based_on uuid, batch_id uuid)
    where hold_subjects(owner, input, waits_for is not null)
    on conflict (owner, type, idempotency_key) where idempotency_key is not null do nothing
    returning * ${prepared}`.execute(db);
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
    owner_weight: job.ownerWeight,
    tags: job.tags,
    based_on: job.basedOn,
    batch_id: job.batchId,
  };
}

async function getEarlier(db: Database, job: NewJob): Promise<InsertedJob> {
  const earlier = await findJobByIdempotencyKey(db, job);
  if (!earlier) throw new SubjectGoneError('what the job works on was deleted just now');
  return { job: earlier, created: false };
}
