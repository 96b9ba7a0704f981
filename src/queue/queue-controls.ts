import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';

/** Whether an operator has stopped the queue of this type; undefined when nobody has ever said. */
export async function findPaused(db: Database, type: string): Promise<boolean | undefined> {
  const row = await db
    .selectFrom('queueControl')
    .select('paused')
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.paused;
}

/** Whether an operator has stopped the queue of this type. */
export async function isQueuePaused(db: Database, type: string): Promise<boolean> {
  return (await findPaused(db, type)) ?? false;
}

export async function savePaused(db: Database, type: string, paused: boolean): Promise<void> {
  await db
    .insertInto('queueControl')
    .values({ type, paused })
    .onConflict((conflict) =>
      conflict.column('type').doUpdateSet({ paused, changedAt: sql`now()` }),
    )
    .execute();
}
