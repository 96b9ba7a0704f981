import { sql } from 'kysely';
import type { JobPlace, WaitingReason } from '../waiting.ts';
import { isJobInQueue } from './states.ts';
import { listInWindow, listOwnIndexes, listTurns } from './turn-order.ts';
import { createBatchedReads } from '../../platform/batcher.ts';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';

/** A job's place, and what was last announced with its row. */
export interface AnnouncedPosition extends JobPlace {
  id: string;
  type: string;
  owner: string;
  /** Whether the queue has it, and it does not wait in the rows for its turn. */
  isHandedOver: boolean;
  /** Whether it has waited for a job before it. */
  follows: boolean;
  /** Null if none was announced. */
  announced: number | null;
  waitingReason: WaitingReason | null;
}

/**
 * The places of these jobs: how many start before each, in the order in which turns are taken. The cost grows with the
 * number of owners who wait, and not with that of their jobs. Jobs that waited long enough to be put forward, and limits per
 * owner, are left out.
 */
export async function listPositions(
  db: Database,
  ids: readonly string[],
): Promise<AnnouncedPosition[]> {
  const types = sql`select distinct type from asked`;
  const { rows } = await sql<AnnouncedPosition>`
    with asked as materialized (
      select id, type, owner, priority_rank, dispatched_at, position as announced, waiting_reason,
        waits_for is not null as follows
      from job where ${isAmong(ids)} and ${isJobInQueue}
    ), ${listInWindow(types)}, ${listTurns(types)}, ${listOwnIndexes()}, ahead as (
      select own.*, own.index + coalesce(mine.more_urgent, 0) + given.own as own_jobs,
        coalesce(others.jobs, 0) + given.jobs - given.own as other_jobs, coalesce(others.came_later, false) as came_later
      from own_index own
        left join share mine on mine.type = own.type and mine.owner = own.owner and mine.rank = own.priority_rank,
        lateral (
          select sum(share.more_urgent + least(share.jobs, ${countBefore})) as jobs,
            bool_or(least(share.jobs, ${countBefore}) > 0 and share.since > own.id) as came_later
          from share, lateral (select mine.base + own.index * mine.cost - share.base as lead) it
          where share.type = own.type and share.rank = own.priority_rank and share.owner <> own.owner
        ) others,
        lateral (
          select count(*) as jobs, count(*) filter (where in_window.owner = own.owner) as own
          from in_window where in_window.type = own.type and level <= own.priority_rank
        ) given
    )
    select id, type, owner, false as is_handed_over, follows, announced, waiting_reason,
      (own_jobs + other_jobs + 1)::int as position, own_jobs::int as own, own_jobs = 0 and came_later as is_overtaken
    from ahead
    union all
    select in_window.id, in_window.type, in_window.owner, true, follows, in_window.announced, in_window.waiting_reason,
      (place + ${countMoreUrgent('in_window')})::int, (own + ${countOwnMoreUrgent})::int, false
    from in_window join asked on asked.id = in_window.id`.execute(db);
  return rows;
}

/** Jobs that wait and find room before what the queue has been given of this level. */
export function countMoreUrgent(table: string) {
  return sql`coalesce((
    select sum(share.jobs) from share
    where share.type = ${sql.ref(`${table}.type`)} and share.rank < ${sql.ref(`${table}.level`)}), 0)`;
}

/** The same, of its owner. */
export const countOwnMoreUrgent = sql`coalesce((
  select sum(share.jobs) from share
  where share.type = in_window.type and share.owner = in_window.owner and share.rank < in_window.level), 0)`;

/** How many jobs of another owner go before one, if so many wait: each is served `cost` later than the one before it. */
const countBefore = sql`case
  when it.lead < 0 then 0
  when it.lead % share.cost > 0 or share.since < mine.since then it.lead / share.cost + 1
  else it.lead / share.cost end`;

export type FindPlace = (jobId: string) => Promise<JobPlace | undefined>;

/** Finds places of single jobs; those that are asked for at the same time are read together. */
export function createPlaceReader(db: Database): FindPlace {
  return createBatchedReads(async (ids) => {
    const rows = await listPositions(db, ids);
    return new Map(rows.map((place) => [place.id, place]));
  });
}
