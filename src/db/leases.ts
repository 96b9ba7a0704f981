import { sql } from 'kysely';
import type { Database } from './tables.ts';

/** Takes or keeps a lease for so long; false while another holder has it. It saves work; it guards nothing. */
export async function holdLease(
  db: Database,
  name: string,
  holder: string,
  forMs: number,
): Promise<boolean> {
  const until = sql<Date>`now() + make_interval(secs => ${forMs / 1000})`;
  const held = await db
    .insertInto('lease')
    .values({ name, holder, expiresAt: until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, expiresAt: until })
        .where((eb) =>
          eb.or([eb('lease.holder', '=', holder), eb('lease.expiresAt', '<', sql<Date>`now()`)]),
        ),
    )
    .returning('name')
    .executeTakeFirst();
  return held !== undefined;
}

/** Gives a lease back, so that another process need not wait for its end. */
export async function releaseLease(db: Database, name: string, holder: string): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute();
}
