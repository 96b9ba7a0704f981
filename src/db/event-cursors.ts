import { sql } from 'kysely';
import type { Database } from './tables.ts';

/** Up to where some bridge has applied the queue's events; undefined before the first. */
export async function findEventCursor(db: Database, queue: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('eventCursor')
    .select('eventId')
    .where('queue', '=', queue)
    .executeTakeFirst();
  return row?.eventId;
}

/**
 * Stores where a bridge stands. Bridges overwrite each other: a cursor that lies too early costs a replay of events
 * that the rows refuse as old.
 */
export async function saveEventCursor(db: Database, queue: string, eventId: string): Promise<void> {
  await db
    .insertInto('eventCursor')
    .values({ queue, eventId })
    .onConflict((conflict) =>
      conflict.column('queue').doUpdateSet({ eventId, savedAt: sql`now()` }),
    )
    .execute();
}
