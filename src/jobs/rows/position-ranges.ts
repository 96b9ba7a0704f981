import { sql } from 'kysely';
import { countMoreUrgent, countOwnMoreUrgent } from './positions.ts';
import type { AnnouncedPosition } from './positions.ts';
import { isInLine, lineOrder, waitsForTurn } from './states.ts';
import { listInWindow, listTurns } from './turn-order.ts';
import type { Database } from '../../db/tables.ts';

/** Positions of a queue above `after`, up to `upTo`. */
export interface PositionRange {
  type: string;
  after: number;
  upTo: number;
}

/** The jobs at these positions, only of these owners unless that is undefined. Looks through all up to the last position. */
export async function listPositionRanges(
  db: Database,
  ranges: readonly PositionRange[],
  owners: readonly string[] | undefined,
): Promise<AnnouncedPosition[]> {
  const asked = sql`jsonb_to_recordset(${JSON.stringify(ranges)}::jsonb) as span(type text, after int, "upTo" int)`;
  const types = sql`select type from reach`;
  const isWanted =
    owners === undefined ? sql`true` : sql`placed.owner = any(${sql.val(owners)}::text[])`;
  const { rows } = await sql<AnnouncedPosition>`
    with reach as materialized (select type, max("upTo") as up_to from ${asked} group by type),
    ${listInWindow(types)}, ${listTurns(types)}, near as (
      select share.*, reach.up_to, given.jobs as given, given.own + share.more_urgent as own,
        row_number() over (partition by type, rank order by base, since) as number
      from share join reach using (type), lateral (
        select count(*) as jobs, count(*) filter (where in_window.owner = share.owner) as own
        from in_window where in_window.type = share.type and level <= share.rank
      ) given
      where share.jobs > 0
    ), line as (
      select type, owner, rank, index, index + own as own, given, base, since, row_number() over (
        partition by type order by rank, base + index * cost, since, owner) as number
      from near, generate_series(0, least(jobs, up_to) - 1) index
      where near.number <= up_to
    ), placed as (
      select type, owner, rank, index, null::uuid as id, null::int as announced, null as waiting_reason,
        number + given as place, own, base, since
      from line
      union all
      select type, owner, null, null, id, announced, waiting_reason, place + ${countMoreUrgent('in_window')},
        own + ${countOwnMoreUrgent}, null, null
      from in_window
    ), wanted as materialized (
      select * from placed
      where ${isWanted} and exists (
        select from ${asked} where span.type = placed.type and place > span.after and place <= span."upTo")
    ), found as materialized (
      select line.*, job.id, job.announced, job.waiting_reason, job.follows, job.index
      from (select type, owner, rank, max(index) as last from wanted where id is null group by type, owner, rank) line
      cross join lateral (
        select id, position as announced, waiting_reason, follows, row_number() over (order by id) - 1 as index from (
          select id, position, waiting_reason, waits_for is not null as follows from job
          where ${isInLine('line')} and ${waitsForTurn}
          order by ${lineOrder} limit line.last + 1
        ) first
      ) job
    )
    select id, type, owner, true as is_handed_over, false as follows, announced, waiting_reason,
      place::int as position, own::int as own, false as is_overtaken
    from wanted where id is not null
    union all
    select found.id, type, owner, false, found.follows, found.announced, found.waiting_reason,
      wanted.place::int, wanted.own::int, wanted.own = 0 and exists (
        select from share where share.type = wanted.type and share.rank = wanted.rank and share.jobs > 0
          and (share.base, share.since) < (wanted.base, wanted.since) and share.since > found.id)
    from found join wanted using (type, owner, rank, index)
    order by position`.execute(db);
  return rows;
}
