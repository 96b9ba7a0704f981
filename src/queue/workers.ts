import { sql } from 'kysely';
import type { Database, WorkerProcess } from '../db/tables.ts';

export interface WorkerPresence {
  id: string;
  queue: string;
  name: string;
  host: string;
  concurrency: number;
  /** Jobs that it runs now. */
  busy: number;
}

/** A worker that was not seen for this long is taken for dead. */
const presenceLimitMs = 30_000;
/** How often a worker says that it is there. */
export const presenceIntervalMs = 10_000;

/** Whether a row of `worker` is of one that is there. */
export const isPresent = sql<boolean>`(
  worker.seen_at > now() - make_interval(secs => ${sql.lit(presenceLimitMs / 1_000)}))`;

export async function recordWorkers(
  db: Database,
  workers: readonly WorkerPresence[],
): Promise<void> {
  if (workers.length === 0) return;
  await db
    .insertInto('worker')
    .values(workers)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({ seenAt: sql`now()`, busy: eb.ref('excluded.busy') })),
    )
    .execute();
}

/** Takes a worker off the list, and with it all that have long been dead. */
export async function removeWorker(db: Database, id: string): Promise<void> {
  await db
    .deleteFrom('worker')
    .where((eb) =>
      eb.or([eb('id', '=', id), eb('seenAt', '<', sql<Date>`now() - interval '1 day'`)]),
    )
    .execute();
}

export interface Workforce {
  /** Worker processes that are there for a queue. */
  workers: number;
  /** Jobs that these can run at once. */
  capacity: number;
}

export async function countWorkers(db: Database, queue: string): Promise<Workforce> {
  return db
    .selectFrom('worker')
    .select([
      sql<number>`count(*)::int`.as('workers'),
      sql<number>`coalesce(sum(concurrency), 0)::int`.as('capacity'),
    ])
    .where('queue', '=', queue)
    .where(isPresent)
    .executeTakeFirstOrThrow();
}

/** Workers of a queue that a list shows at most. */
const maxWorkers = 1_000;

/** Workers that are there for a queue, the oldest first. */
export async function listWorkers(db: Database, queue: string): Promise<WorkerProcess[]> {
  return db
    .selectFrom('worker')
    .selectAll()
    .where('queue', '=', queue)
    .where(isPresent)
    .orderBy('id')
    .limit(maxWorkers)
    .execute();
}
