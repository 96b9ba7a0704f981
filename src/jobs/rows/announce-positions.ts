import { sql } from 'kysely';
import type { JobRow } from './row.ts';
import { isJobInQueue } from './states.ts';
import type { Database } from '../../db/tables.ts';
import type { WaitingReason } from '../waiting.ts';

/** A job's position in its queue, how many jobs before it are its owner's, and why it waits. */
export interface PositionUpdate {
  id: string;
  position: number;
  own: number;
  /** Null if nobody watches that. */
  reason: WaitingReason | null;
}

/** The least time between two announced positions of a job: a second for every 20 positions, but not less than this. */
const minIntervalS = 0.9;
const positionsPerSecond = 20;

/**
 * Makes a new version of each job whose row does not have this position or reason yet; returns the rows that changed. Any
 * number of processes may do so, as the row says what was last announced, and when.
 */
export async function applyPositions(
  db: Database,
  places: readonly PositionUpdate[],
): Promise<JobRow[]> {
  return db
    .with('moved', (cte) =>
      cte
        .selectFrom('job')
        .innerJoin(
          sql<PositionUpdate>`jsonb_to_recordset(${JSON.stringify(places)}::jsonb)`.as<'latest'>(
            sql`latest(id uuid, position int, own int, reason text)`,
          ),
          'latest.id',
          'job.id',
        )
        .select(['job.id', 'latest.position', 'latest.own', 'latest.reason'])
        .where(isJobInQueue)
        .where(
          sql<boolean>`(job.position is distinct from latest.position or job.waiting_reason is distinct from coalesce(latest.reason, job.waiting_reason))`,
        )
        .where(isDue)
        .orderBy('job.id')
        // A row that is just being updated is left out; the next call, a second later, announces its position.
        .forUpdate('job')
        .skipLocked(),
    )
    .updateTable('job')
    .from('moved')
    .whereRef('job.id', '=', 'moved.id')
    .set({
      version: sql`job.version + 1`,
      position: sql`moved.position`,
      waitingReason: sql`coalesce(moved.reason, job.waiting_reason)`,
      ownBefore: sql`moved.own`,
      positionedAt: sql`now()`,
      positionedVersion: sql`job.version + 1`,
      positionedFrom: sql`case when job.positioned_version = job.version then job.positioned_from else job.version end`,
    })
    .returningAll('job')
    .execute();
}

/** A new reason does not wait as long as a new position. */
const isDue = sql<boolean>`coalesce(
  job.positioned_at <= now() - make_interval(secs => case
    when job.waiting_reason is distinct from coalesce(latest.reason, job.waiting_reason) then ${sql.lit(minIntervalS)}
    else greatest(${sql.lit(minIntervalS)}, latest.position::float8 / ${sql.lit(positionsPerSecond)}) end), true)`;
