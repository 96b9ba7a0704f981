import { sql } from 'kysely';
import type { JobRow } from './row.ts';
import { isInLine, isJobInQueue, lineOrder, waitsForTurn } from './states.ts';
import { listInWindow, listOwnIndexes, listTurns } from './turn-order.ts';
import { createBatchedReads } from '../../platform/batcher.ts';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';

/** A job's position in its queue; the one at 1 runs next. */
export interface JobPosition {
  id: string;
  position: number;
}

/** The least time between two announced positions of a job: a second for every 20 positions, but not less than this. */
const minIntervalS = 0.9;
const positionsPerSecond = 20;

/** A job's position, and the one that was last announced with its row. */
export interface AnnouncedPosition extends JobPosition {
  announced: number | null;
}

/**
 * The positions of these jobs: how many start before each, in the order in which turns are taken. The cost grows with the
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
      select id, type, owner, priority_rank, dispatched_at, position as announced
      from job where ${isAmong(ids)} and ${isJobInQueue}
    ), ${listInWindow(types)}, ${listTurns(types)}, ${listOwnIndexes()}, ahead as (
      select own.id, own.announced, own.index + coalesce(mine.more_urgent, 0) + coalesce(others.jobs, 0)
        + (select count(*) from in_window where in_window.type = own.type and level <= own.priority_rank) as jobs
      from own_index own
        left join share mine on mine.type = own.type and mine.owner = own.owner and mine.rank = own.priority_rank,
        lateral (
          select sum(share.more_urgent + least(share.jobs, ${countBefore})) as jobs
          from share, lateral (select mine.base + own.index * mine.cost - share.base as lead) it
          where share.type = own.type and share.rank = own.priority_rank and share.owner <> own.owner
        ) others
    )
    select id, announced, (jobs + 1)::int as position from ahead
    union all
    select in_window.id, in_window.announced, (place + ${countMoreUrgent('in_window')})::int
    from in_window join asked on asked.id = in_window.id`.execute(db);
  return rows;
}

/** Jobs that wait and find room before what the queue has been given of this level. */
function countMoreUrgent(table: string) {
  return sql`coalesce((
    select sum(share.jobs) from share
    where share.type = ${sql.ref(`${table}.type`)} and share.rank < ${sql.ref(`${table}.level`)}), 0)`;
}

/** How many jobs of another owner go before one, if so many wait: each is served `cost` later than the one before it. */
const countBefore = sql`case
  when it.lead < 0 then 0
  when it.lead % share.cost > 0 or share.since < mine.since then it.lead / share.cost + 1
  else it.lead / share.cost end`;

/** Finds positions of single jobs; those that are asked for at the same time are read together. */
export function createPositionReader(db: Database): (jobId: string) => Promise<number | undefined> {
  return createBatchedReads(async (ids) => {
    const rows = await listPositions(db, ids);
    return new Map(rows.map(({ id, position }) => [id, position]));
  });
}

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
      select share.*, reach.up_to, row_number() over (partition by type, rank order by base, since) as number
      from share join reach using (type) where jobs > 0
    ), line as (
      select type, owner, rank, index, row_number() over (
        partition by type order by rank, base + index * cost, since, owner) as number
      from near, generate_series(0, least(jobs, up_to) - 1) index
      where near.number <= up_to
    ), placed as (
      select type, owner, rank, index, null::uuid as id, null::int as announced, number + (
        select count(*) from in_window where in_window.type = line.type and level <= line.rank) as place
      from line
      union all
      select type, owner, null, null, id, announced, place + ${countMoreUrgent('in_window')} from in_window
    ), wanted as materialized (
      select * from placed
      where ${isWanted} and exists (
        select from ${asked} where span.type = placed.type and place > span.after and place <= span."upTo")
    ), found as materialized (
      select line.*, job.id, job.announced, job.index
      from (select type, owner, rank, max(index) as last from wanted where id is null group by type, owner, rank) line
      cross join lateral (
        select id, position as announced, row_number() over (order by id) - 1 as index from (
          select id, position from job
          where ${isInLine('line')} and ${waitsForTurn}
          order by ${lineOrder} limit line.last + 1
        ) first
      ) job
    )
    select id, announced, place::int as position from wanted where id is not null
    union all
    select found.id, found.announced, wanted.place::int
    from found join wanted using (type, owner, rank, index)
    order by position`.execute(db);
  return rows;
}

/**
 * Makes a new version of each job whose row does not have this position yet; returns the rows that changed. Any number of
 * processes may do so, as the row says which position was last announced, and when.
 */
export async function applyPositions(
  db: Database,
  jobs: readonly JobPosition[],
): Promise<JobRow[]> {
  const ids = jobs.map(({ id }) => id);
  const positions = jobs.map(({ position }) => position);
  return db
    .with('moved', (cte) =>
      cte
        .selectFrom('job')
        .innerJoin(
          sql<JobPosition>`unnest(${sql.val(ids)}::uuid[], ${sql.val(positions)}::int[])`.as<'latest'>(
            sql`latest(id, position)`,
          ),
          'latest.id',
          'job.id',
        )
        .select(['job.id', 'latest.position'])
        .where(isJobInQueue)
        .where(sql<boolean>`job.position is distinct from latest.position`)
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
      positionedAt: sql`now()`,
      positionedVersion: sql`job.version + 1`,
      positionedFrom: sql`case when job.positioned_version = job.version then job.positioned_from else job.version end`,
    })
    .returningAll('job')
    .execute();
}

const isDue = sql<boolean>`coalesce(
  job.positioned_at <= now() - make_interval(
    secs => greatest(${sql.lit(minIntervalS)}, latest.position::float8 / ${sql.lit(positionsPerSecond)})), true)`;
