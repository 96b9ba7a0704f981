import { sql } from 'kysely';
import type { Logger } from '../platform/logger.ts';
import { msFromNow } from './clock.ts';
import type { Database } from './tables.ts';

/** Lets one process of several do work that need not be done twice. It only saves work: two may hold it for a moment. */
export interface Lease extends AsyncDisposable {
  /** Takes or renews the lease for this long; false while another holder has it. */
  hold: (forMs: number) => Promise<boolean>;
}

/** Disposal releases the lease, so that another process need not wait until it expires. */
export function createLease(db: Database, name: string, holder: string, logger: Logger): Lease {
  return {
    hold: (forMs) => holdLease(db, name, holder, forMs),
    async [Symbol.asyncDispose]() {
      try {
        await db
          .deleteFrom('lease')
          .where('name', '=', name)
          .where('holder', '=', holder)
          .execute();
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
  const until = msFromNow(forMs);
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

/** Fails with 25006 on a standby or in a read-only session; otherwise it changes nothing and writes no WAL. */
export const writeCheck = 'update lease set holder = holder where false';
