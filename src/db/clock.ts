import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from './tables.ts';

/** A slower measurement is used only if there has been no quick one for `maxAgeMs`. */
const quickAnswerMs = 250;
const maxAgeMs = 60_000;
/** The greatest sequence number of a UUID v7. A random start in the lower half leaves room to count up. */
const maxSequence = 2 ** 32 - 1;

/** The database's time. Whatever is compared with times in rows, or stored beside them, must use it. */
export interface Clock {
  /** In ms since 1970, accurate to a few ms. */
  now: () => number;
}

/** A clock whose offset should be measured again from time to time. */
export interface DatabaseClock extends Clock {
  refresh: () => Promise<void>;
}

/**
 * Asks the database for its time, and then counts the time that passes in this process. So neither the host's clock nor an
 * outage of the database changes it.
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

/** How far the database's clock is ahead of this process's `performance.now()`. */
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

/** The time by the database's clock, `ms` from now, or before now if negative; an expression of SQL. */
export function msFromNow(ms: number): RawBuilder<Date> {
  return sql<Date>`(now() + make_interval(secs => ${ms / 1_000}::float8))`;
}

/** Makes ids (UUID v7) by a clock; each is greater than the one before from the same source. */
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
