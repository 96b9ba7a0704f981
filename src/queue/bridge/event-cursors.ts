import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';

/** Up to where a queue's events have been applied. */
export interface EventCursor {
  /** Counts how often the queue's events have started over, before what had been applied. Positions are compared within one. */
  epoch: number;
  /** Undefined at the beginning of an epoch. */
  eventId: string | undefined;
}

/** The column is never null; this is what begins an epoch. */
const none = '';

/** Where some bridge stands. */
export async function findEventCursor(db: Database, queue: string): Promise<EventCursor> {
  const row = await db
    .selectFrom('eventCursor')
    .select(['epoch', 'eventId'])
    .where('queue', '=', queue)
    .executeTakeFirst();
  return { epoch: row?.epoch ?? 0, eventId: row?.eventId || undefined };
}

/**
 * Stores where a bridge stands; false when the events have started over since. Bridges overwrite each other: a cursor that
 * lies too early costs a replay of events that the rows refuse as old.
 */
export async function saveEventCursor(
  db: Database,
  queue: string,
  { epoch, eventId = none }: EventCursor,
): Promise<boolean> {
  const saved = await db
    .insertInto('eventCursor')
    .values({ queue, epoch, eventId })
    .onConflict((conflict) =>
      conflict
        .column('queue')
        .doUpdateSet({ eventId, savedAt: sql`now()` })
        .where('eventCursor.epoch', '=', epoch),
    )
    .returning('queue')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Ends an epoch, and with it what other bridges still apply of it; false when another bridge has ended it. */
export async function beginEventEpoch(
  db: Database,
  queue: string,
  after: number,
): Promise<boolean> {
  const next = { epoch: after + 1, eventId: none };
  const begun = await db
    .insertInto('eventCursor')
    .values({ queue, ...next })
    .onConflict((conflict) =>
      conflict
        .column('queue')
        .doUpdateSet({ ...next, savedAt: sql`now()` })
        .where('eventCursor.epoch', '=', after),
    )
    .returning('queue')
    .executeTakeFirst();
  return begun !== undefined;
}
