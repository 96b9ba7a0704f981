import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { z } from 'zod';
import type { Database } from './tables.ts';

/** A point in the history of a database. Whatever a later reader does not find written before it has been written since. */
export interface HistoryPoint {
  /** Which history: another cluster's, or the same one's after a failover or a restore, has other transactions. */
  cluster: string;
  timeline: string;
  /** All transactions with a lower number have ended: what they wrote is seen, or will never be. */
  xid: string;
  /** In ms since 1970, by the database's clock. */
  time: number;
}

/** Transactions take so long at most, and clocks of machines that take over are at most so different. */
const toleranceMs = 5 * 60_000;

export async function readHistoryPoint(db: Database): Promise<HistoryPoint> {
  const { rows } = await sql<HistoryPoint>`
    select (select system_identifier::text from pg_control_system()) as cluster,
      left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline,
      pg_snapshot_xmin(pg_current_snapshot())::text as xid,
      (extract(epoch from now()) * 1000)::float8 as time`.execute(db);
  return rows[0]!;
}

/**
 * Whether a row of `job` has ended since that point, as an expression of SQL. If `now`, which was read since, is of another
 * history, the time decides, with a tolerance: then more is found, and not less.
 */
export function hasEndedSince(point: HistoryPoint, now: HistoryPoint): RawBuilder<boolean> {
  const isComparable =
    point.cluster === now.cluster &&
    point.timeline === now.timeline &&
    BigInt(point.xid) <= BigInt(now.xid);
  if (!isComparable) {
    const since = (point.time - toleranceMs) / 1_000;
    return sql<boolean>`(job.finished_at >= to_timestamp(${since}::float8))`;
  }
  // Rows that were restored from another cluster may have numbers that are still to come here.
  return sql<boolean>`(
    job.ended_xid >= ${point.xid}::xid8 and job.ended_xid < pg_snapshot_xmax(pg_current_snapshot()))`;
}

const cursorSchema = z.tuple([
  z.string().regex(/^\d{1,20}$/),
  z.string().regex(/^[\dA-F]{8}$/),
  z.string().regex(/^\d{1,19}$/),
  z.number().min(0).max(8.64e15),
]);

/** The point as text that clients keep, without knowing what it says. */
export function toHistoryCursor({ cluster, timeline, xid, time }: HistoryPoint): string {
  return Buffer.from(JSON.stringify([cluster, timeline, xid, time])).toString('base64url');
}

/** Undefined if it is not such a text. */
export function readHistoryCursor(cursor: string): HistoryPoint | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [cluster, timeline, xid, time] = cursorSchema.parse(parsed);
    return { cluster, timeline, xid, time };
  } catch {
    return undefined; // no JSON, or another
  }
}
