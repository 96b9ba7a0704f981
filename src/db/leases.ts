import { sql } from 'kysely';
import type { Logger } from '../platform/logger.ts';
import type { Database } from './tables.ts';

/** Lets one process of several do what need not be done twice. It saves work; it guards nothing. */
export interface Lease extends AsyncDisposable {
  /** Takes or keeps the lease for so long; false while another holder has it. */
  hold: (forMs: number) => Promise<boolean>;
}

/** On disposal the lease is released, so that another process need not wait for its end. */
export function createLease(db: Database, name: string, holder: string, logger: Logger): Lease {
  return {
    hold: (forMs) => holdLease(db, name, holder, forMs),
    async [Symbol.asyncDispose]() {
      try {
        await releaseLease(db, name, holder);
      } catch (error) {
        logger.warn({ err: error, lease: name }, 'lease not released');
      }
    },
  };
}

async function holdLease(
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

async function releaseLease(db: Database, name: string, holder: string): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute();
}

/** Fails with 25006 on a standby or in a read-only session; otherwise it changes nothing and writes no WAL. */
export const writeCheck = 'update lease set holder = holder where false';
