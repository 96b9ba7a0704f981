import { sql } from 'kysely';
import { asInt } from '../platform/int.ts';
import { isUnfinishedJob } from '../jobs/rows/states.ts';
import { queueName } from '../jobs/define-job.ts';
import type { Database } from '../db/tables.ts';
import { findPause } from './pauses.ts';
import type { Pause } from './pauses.ts';
import { countWorkers } from './workers.ts';

export interface QueueFigures {
  queued: number;
  delayed: number;
  active: number;
  completed: number;
  failed: number;
  oldestQueuedAgeMs: number | null;
  /** Mean run time of those that completed in the last hour. */
  averageDurationMs: number | null;
  /** Over the last ten minutes. */
  completedPerMinute: number;
  /** Share of FAILED among what completed or failed in the last hour; 0 when nothing did. */
  failureRate: number;
}

/** One row of figures for a type of job, from its rows. */
export async function getQueueFigures(db: Database, type: string): Promise<QueueFigures> {
  const { rows } = await sql<QueueFigures>`
    select
      waiting.queued, waiting.delayed, waiting.active, waiting.oldest_queued_age_ms,
      ever.completed, ever.failed,
      recent.average_duration_ms, recent.completed_per_minute, recent.failure_rate
    from (
      select
        ${asInt(sql`count(*) filter (where state = 'QUEUED')`)} as queued,
        ${asInt(sql`count(*) filter (where state = 'DELAYED')`)} as delayed,
        ${asInt(sql`count(*) filter (where state = 'ACTIVE')`)} as active,
        ${asInt(sql`extract(epoch from now() - min(created_at) filter (where state = 'QUEUED')) * 1000`)}
          as oldest_queued_age_ms
      from job where type = ${type} and ${isUnfinishedJob}
    ) waiting, (
      select
        ${asInt(sql`coalesce(sum(jobs) filter (where state = 'COMPLETED'), 0)`)} as completed,
        ${asInt(sql`coalesce(sum(jobs) filter (where state = 'FAILED'), 0)`)} as failed
      from job_total where type = ${type}
    ) ever, (
      select
        ${asInt(sql`avg(extract(epoch from finished_at - started_at)) filter (where state = 'COMPLETED') * 1000`)}
          as average_duration_ms,
        (count(*) filter (where state = 'COMPLETED' and finished_at > now() - interval '10 minutes') / 10.0)::float8
          as completed_per_minute,
        (coalesce(avg((state = 'FAILED')::int) filter (where state in ('COMPLETED', 'FAILED')), 0))::float8
          as failure_rate
      from job where type = ${type} and finished_at > now() - interval '1 hour'
    ) recent`.execute(db);
  return rows[0]!;
}

/** Replaces the entries of the ledger of ended jobs by their sums. */
export async function sumUpJobTotals(db: Database): Promise<void> {
  await sql`
    with entry as (delete from job_total returning type, state, jobs)
    insert into job_total (type, state, jobs)
    select type, state, sum(jobs) from entry group by type, state`.execute(db);
}

/** Adds the entries of the ledger of owners' ended jobs to their totals. */
export async function sumUpOwnerTotals(db: Database): Promise<void> {
  // Always in the same order, so that processes that do this at the same time do not deadlock.
  await sql`
    with entry as (delete from owner_entry returning *)
    insert into owner_total as total (owner, type, state, jobs)
    select owner, type, state, sum(jobs) from entry group by owner, type, state order by owner, type, state
    on conflict (owner, type, state) do update set jobs = total.jobs + excluded.jobs`.execute(db);
}

/** The present state of a queue. */
export interface QueueState extends QueueFigures {
  type: string;
  /** Null while it is not stopped. */
  pause: Pause | null;
  /** Worker processes that take its jobs. */
  workers: number;
  /** Jobs that these can run at once. */
  capacity: number;
}

export async function readQueueState(db: Database, type: string): Promise<QueueState> {
  const [figures, pause, workforce] = await Promise.all([
    getQueueFigures(db, type),
    findPause(db, type),
    countWorkers(db, queueName({ type })),
  ]);
  return { type, ...figures, pause: pause ?? null, ...workforce };
}
