import { sql } from 'kysely';
import type { Expression } from 'kysely';
import { msFromNow } from './clock.ts';
import type { Database } from './tables.ts';

/** First half of the key of the advisory lock that a holder's session has; the second is its term. */
const lockClass = 20_261_129;

/** A lease as its row has it. It saves work; it guards nothing. */
export interface LeaseState {
  /** Counts how often it was taken; 0: never. */
  term: number;
  /** Undefined: nobody has ever had it. */
  holder: string | undefined;
  /** Whether it may be taken: it was not renewed in time, or its holder's session has ended. */
  isFree: boolean;
  /** Whether the holder's session has an advisory lock, which ends with its connection. */
  isBySession: boolean;
}

export interface LeaseClaim {
  name: string;
  holder: string;
  /** The term that it begins. */
  term: number;
  isBySession: boolean;
  forMs: number;
}

/** Who has a lease, by the database's clock; can be asked over any connection. */
export async function readLease(db: Database, name: string): Promise<LeaseState> {
  const row = await db
    .selectFrom('lease')
    .select([
      'term',
      'holder',
      'bySession as isBySession',
      // A shared lock is to be had when the holder's session is gone; it ends with this statement.
      sql<boolean>`(expires_at <= now()
        or (by_session and pg_try_advisory_xact_lock_shared(${sql.lit(lockClass)}, term)))`.as(
        'isFree',
      ),
    ])
    .where('name', '=', name)
    .executeTakeFirst();
  return row ?? { term: 0, holder: undefined, isFree: true, isBySession: false };
}

/**
 * Takes the lock of a term for the session of a database that has just one; false when another session has it. To be taken
 * before the lease, so that nobody finds the lease without it.
 */
export async function lockTerm(session: Database, term: number): Promise<boolean> {
  const { rows } = await sql<{ isLocked: boolean }>`
    select pg_try_advisory_lock(${sql.lit(lockClass)}, ${sql.lit(term)}) as is_locked`.execute(
    session,
  );
  return rows[0]!.isLocked;
}

/** Takes a lease that was found free; false when another has been quicker. */
export async function takeLease(db: Database, claim: LeaseClaim): Promise<boolean> {
  const { name, holder, term, isBySession: bySession, forMs } = claim;
  const row = { holder, term, bySession, expiresAt: msFromNow(forMs), takenAt: sql<Date>`now()` };
  const taken = await db
    .insertInto('lease')
    .values({ name, ...row })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet(row)
        .where('lease.term', '=', term - 1)
        .where((eb) =>
          eb.or([eb('lease.bySession', '=', true), isOver(eb.ref('lease.expiresAt'))]),
        ),
    )
    .returning('name')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Keeps a lease for so long from now on; false when another has taken it. */
export async function renewLease(
  db: Database,
  { name, term, forMs }: Pick<LeaseClaim, 'name' | 'term' | 'forMs'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('lease')
    .set({ expiresAt: msFromNow(forMs) })
    .where('name', '=', name)
    .where('term', '=', term)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Lets others take a lease at once. */
export async function releaseLease(
  db: Database,
  { name, term }: Pick<LeaseClaim, 'name' | 'term'>,
): Promise<void> {
  await db
    .updateTable('lease')
    .set({ expiresAt: sql`now()` })
    .where('name', '=', name)
    .where('term', '=', term)
    .execute();
}

function isOver(expiresAt: Expression<Date>) {
  return sql<boolean>`${expiresAt} <= now()`;
}

/** Fails with 25006 on a standby or in a read-only session; otherwise it changes nothing and writes no WAL. */
export const writeCheck = 'update lease set holder = holder where false';
