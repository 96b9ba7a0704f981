import { sql } from 'kysely';
import type { JobRow } from './row.ts';
import { isInLine, lineOrder, waitsForTurn } from './states.ts';
import { listInWindow, listOwnIndexes, listTurns } from './turn-order.ts';
import { createBatchedReads } from '../../platform/batcher.ts';
import type { Database } from '../../db/tables.ts';

/** A place in a queue; 1 runs next. */
export interface JobPosition {
  id: string;
  position: number;
}

/** How often a job's position may make a new version of it at most, in seconds: the nearer to its turn, the more often. */
const leastIntervalS = 0.9;
const placesPerSecond = 20;

/** Only QUEUED jobs have a place, and of a pipeline's only those whose turn can come. */
const hasPosition = sql<boolean>`(
  job.state = 'QUEUED'
  and (job.waits_for is null or job.admitted_at is not null or job.dispatched_at is not null))`;

/** A job's place, and the one that its row was announced with last. */
export interface AnnouncedPosition extends JobPosition {
  announced: number | null;
}

/**
 * The places of these jobs: how many begin before each, by the order in which turns are taken. What it costs grows with the
 * number of owners who wait, and not with that of their jobs. Aged jobs, and bounds on what one owner runs, are left out.
 */
export async function listPositions(
  db: Database,
  ids: readonly string[],
): Promise<AnnouncedPosition[]> {
  const types = sql`select distinct type from asked`;
  const { rows } = await sql<AnnouncedPosition>`
    with asked as materialized (
      select id, type, owner, priority_rank, dispatched_at, position as announced
      from job where id = any(${sql.val(ids)}::uuid[]) and ${hasPosition}
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

/** Places of single jobs, those that are asked for at the same time in one statement. */
export function createPositionReader(db: Database): (jobId: string) => Promise<number | undefined> {
  return createBatchedReads(async (ids) => {
    const rows = await listPositions(db, ids);
    return new Map(rows.map(({ id, position }) => [id, position]));
  });
}

/** Places of a queue: those above `after`, up to `upTo`. */
export interface PlaceSpan {
  type: string;
  after: number;
  upTo: number;
}

/** Who is at these places, of these owners' jobs alone unless they are undefined. Looks through all up to the last place. */
export async function listPlaces(
  db: Database,
  spans: readonly PlaceSpan[],
  owners: readonly string[] | undefined,
): Promise<AnnouncedPosition[]> {
  const asked = sql`jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) as span(type text, after int, "upTo" int)`;
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
 * Makes a new version of each job that is not yet announced with its place; returns the rows. Any number of processes may
 * do so: the row has the place that was last announced, and when.
 */
export async function applyPositions(
  db: Database,
  places: readonly JobPosition[],
): Promise<JobRow[]> {
  const ids = places.map(({ id }) => id);
  const positions = places.map(({ position }) => position);
  return db
    .with('moved', (cte) =>
      cte
        .selectFrom('job')
        .innerJoin(
          sql<JobPosition>`unnest(${sql.val(ids)}::uuid[], ${sql.val(positions)}::int[])`.as<'place'>(
            sql`place(id, position)`,
          ),
          'place.id',
          'job.id',
        )
        .select(['job.id', 'place.position'])
        .where(hasPosition)
        .where(sql<boolean>`job.position is distinct from place.position`)
        .where(isDue)
        .orderBy('job.id')
        // A row that changes just now says more than its place: it has its turn a second later.
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
    secs => greatest(${sql.lit(leastIntervalS)}, place.position::float8 / ${sql.lit(placesPerSecond)})), true)`;
