import { sql } from 'kysely';
import { isUnfinishedJob, isJobInQueue } from '../jobs/rows/states.ts';
import type { Database } from '../db/tables.ts';
import { isPresent } from './workers.ts';
import { isUndispatched } from '../jobs/rows/dispatch.ts';

/** What the rows say of one queue now. */
export interface QueueGauges {
  type: string;
  /** Jobs that wait for a worker; those that wait for the job before them do not. */
  queued: number;
  active: number;
  delayed: number;
  /** How long the one has waited that waits longest, in seconds; 0 when none does. */
  oldestSeconds: number;
  /** Jobs that are due and that nobody has handed to the queue. */
  undispatched: number;
  /** Worker processes that are there. */
  workers: number;
}

/** A type of jobs, and the queue that they are in. */
export interface TypeAndQueue {
  type: string;
  queue: string;
}

/** Figures of all queues, in one statement. */
export async function listQueueGauges(
  db: Database,
  known: readonly TypeAndQueue[],
): Promise<QueueGauges[]> {
  const { rows } = await sql<QueueGauges>`
    select known.type,
      count(*) filter (where ${isJobInQueue})::int as queued,
      count(*) filter (where job.state = 'ACTIVE')::int as active,
      count(*) filter (where job.state = 'DELAYED')::int as delayed,
      coalesce(extract(epoch from now() - min(${waitsSince}) filter (where ${isJobInQueue})), 0)::float8
        as oldest_seconds,
      count(*) filter (where ${isUndispatched})::int as undispatched,
      (select count(*)::int from worker where worker.queue = known.queue and ${isPresent}) as workers
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb) as known(type text, queue text)
    left join job on job.type = known.type and ${isUnfinishedJob}
    left join job leader on leader.id = job.waits_for
    group by known.type, known.queue`.execute(db);
  return rows;
}

/** A follower waits for a worker once it has been handed over. */
const waitsSince = sql<Date>`greatest(job.created_at, job.run_at, case when job.waits_for is not null then job.dispatched_at end)`;
