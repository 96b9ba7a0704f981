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

/** Worker processes that are there for a queue. */
export async function countWorkers(db: Database, queue: string): Promise<number> {
  const { count } = await db
    .selectFrom('worker')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('queue', '=', queue)
    .where(isPresent)
    .executeTakeFirstOrThrow();
  return count;
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
