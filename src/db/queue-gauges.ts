import { sql } from 'kysely';
import type { Database } from './tables.ts';
import { isPresent } from './workers.ts';

/** What the rows say of one queue now. */
export interface QueueGauges {
  type: string;
  queued: number;
  active: number;
  delayed: number;
  /** Age of the job that waits longest, in seconds; 0 when none does. */
  oldestSeconds: number;
  /** Jobs that are due and that nobody has handed to the queue. */
  undispatched: number;
  /** Worker processes that are there. */
  workers: number;
}

/** Figures of all queues, by the types of their jobs, in one statement. A queue's name is its type's, with dashes. */
async function listQueueGauges(db: Database, types: readonly string[]): Promise<QueueGauges[]> {
  const { rows } = await sql<QueueGauges>`
    select known.type,
      count(job.id) filter (where job.state = 'QUEUED')::int as queued,
      count(job.id) filter (where job.state = 'ACTIVE')::int as active,
      count(job.id) filter (where job.state = 'DELAYED')::int as delayed,
      coalesce(extract(epoch from now() - min(job.created_at) filter (where job.state = 'QUEUED')), 0)::float8
        as oldest_seconds,
      count(job.id) filter (where job.dispatched_at is null and job.waits_for is null)::int as undispatched,
      (
        select count(*)::int from worker
        where worker.queue = replace(lower(known.type), '_', '-') and ${isPresent}
      ) as workers
    from unnest(${sql.val([...types])}::text[]) as known(type)
    left join job on job.type = known.type and job.state in ('QUEUED', 'ACTIVE', 'DELAYED')
    group by known.type`.execute(db);
  return rows;
}

/** For all who ask within that time, the figures are read once, ms. */
const ageMs = 500;

/** Reads the figures of all queues, however many gauges of a scrape ask for them. */
export function createGaugeReader(
  db: Database,
  types: readonly string[],
): () => Promise<QueueGauges[]> {
  let latest: { at: number; figures: Promise<QueueGauges[]> } | undefined;
  return () => {
    const now = performance.now();
    if (!latest || now - latest.at > ageMs)
      latest = { at: now, figures: listQueueGauges(db, types) };
    return latest.figures;
  };
}
