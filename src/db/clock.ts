import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from './tables.ts';

/** An answer that took longer is used only when there has been no quicker one for `maxAgeMs`. */
const quickAnswerMs = 250;
const maxAgeMs = 60_000;
/** What the sequence of a UUID of version 7 may come to; the lower half of it leaves room to count on. */
const maxSequence = 2 ** 32 - 1;

/** The time as the database has it: what is compared with times in rows, or stored beside them, goes by it. */
export interface Clock {
  /** In ms since 1970; to a few ms. */
  now: () => number;
}

/** A clock that is to be refreshed now and then. */
export interface DatabaseClock extends Clock {
  refresh: () => Promise<void>;
}

/**
 * Asks the database for its time. From then on the time that passes in this process counts, whatever the clock of its host
 * says, and while the database is away.
 */
export async function openClock(db: Database): Promise<DatabaseClock> {
  let latest = await measureOffset(db);
  return {
    now: () => performance.now() + latest.ms,
    refresh: async () => {
      const offset = await measureOffset(db);
      const isOld = offset.askedAt - latest.askedAt > maxAgeMs;
      if (offset.tookMs <= quickAnswerMs || isOld) latest = offset;
    },
  };
}

/** How far the database's clock is ahead of the time that this process has run. */
async function measureOffset(db: Database) {
  const askedAt = performance.now();
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  const tookMs = performance.now() - askedAt;
  return { ms: rows[0]!.now - (askedAt + tookMs / 2), tookMs, askedAt };
}

/** The time by the database's clock. */
export async function readDatabaseTime(db: Database): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now()`.execute(db);
  return rows[0]!.now;
}

/** Makes ids (UUID v7) that grow with the time of a clock, and from one to the next of one source. */
export function createIdSource(clock: Clock): () => string {
  let msecs = -Infinity;
  let seq = 0;
  return () => {
    const now = Math.floor(clock.now());
    if (now > msecs || seq === maxSequence) {
      msecs = Math.max(now, msecs + 1);
      seq = randomInt(2 ** 31);
    } else {
      seq += 1;
    }
    return uuidv7({ msecs, seq });
  };
}
