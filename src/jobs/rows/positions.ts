import { sql } from 'kysely';
import { priorityRanks } from './row.ts';
import type { JobRow } from './row.ts';
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

/** Only QUEUED jobs have a place, and of a pipeline's only those whose turn it is. The index `job_place` holds just these. */
export const hasPosition = sql<boolean>`(
  job.state = 'QUEUED' and (job.waits_for is null or job.dispatched_at is not null))`;

/** A job's place, and the one that its row was announced with last. */
export interface AnnouncedPosition extends JobPosition {
  announced: number | null;
}

/**
 * The places of these jobs, in one pass over what is ahead of the last of them: of each, what is between it and the one
 * before. Of each priority that goes first, all are between two ids as well.
 */
export async function listPositions(
  db: Database,
  ids: readonly string[],
): Promise<AnnouncedPosition[]> {
  const { rows } = await sql<AnnouncedPosition>`
    with asked as (
      select id, type, priority_rank, position as announced
      from job where id = any(${sql.val(ids)}::uuid[]) and ${hasPosition}
    ), point as (
      select *, id as up_to from asked
      union all
      select null, queue.type, rank, null, ${lastId}::uuid
      from (select type, max(priority_rank) as last_rank from asked group by type) queue,
        unnest(${sql.val(ranks)}::smallint[]) rank
      where rank < queue.last_rank
    ), span as materialized (
      select *, lag(up_to, 1, ${firstId}::uuid) over (partition by type, priority_rank order by up_to) as from_id
      from point
    ), ahead as (${sql.join(ranks.map(countSpansOf), sql` union all `)}
    ), counted as (
      select *, sum(jobs) over (partition by type order by priority_rank, up_to) as before from ahead
    )
    select id, announced, (before + 1)::int as position from counted where id is not null`.execute(
    db,
  );
  return rows;
}

/** A statement for each priority: with one that it does not know, PostgreSQL takes an index that has others in between. */
function countSpansOf(rank: number) {
  return sql`
    select span.*, ahead.jobs
    from span, lateral (
      select count(*) as jobs from job
      where job.type = span.type and ${hasPosition} and job.priority_rank = ${sql.lit(rank)}
        and job.id >= span.from_id and job.id < span.up_to
    ) ahead
    where span.priority_rank = ${sql.lit(rank)}`;
}

const firstId = sql.lit('00000000-0000-0000-0000-000000000000');
const lastId = sql.lit('ffffffff-ffff-ffff-ffff-ffffffffffff');
const ranks = Object.values(priorityRanks);

/** Places of single jobs, those that are asked for at the same time in one statement. */
export function createPositionReader(db: Database): (jobId: string) => Promise<number | undefined> {
  return createBatchedReads(async (ids) => {
    const rows = await listPositions(db, ids);
    return new Map(rows.map(({ id, position }) => [id, position]));
  });
}

/** Places of a queue: those above `after`, up to `upTo`. */
export interface PositionRange {
  type: string;
  after: number;
  upTo: number;
}

/** Who is at these places, of these owners' jobs alone unless they are undefined. Reads the index up to the last place. */
export async function listPositionRanges(
  db: Database,
  spans: readonly PositionRange[],
  owners: readonly string[] | undefined,
): Promise<AnnouncedPosition[]> {
  const { rows } = await sql<AnnouncedPosition>`
    select place.id, place.position::int, job.announced
    from (${sql.join(spans.map(placesIn), sql` union all `)}) place,
      -- Row by row, by the primary key: planned as a join, all jobs would be read.
      lateral (select owner, position as announced from job where id = place.id limit 1) job
    where ${owners === undefined ? sql`true` : sql`job.owner = any(${sql.val(owners)}::text[])`}`.execute(
    db,
  );
  return rows;
}

/** With its bounds as parameters, as PostgreSQL plans for them. */
function placesIn({ type, after, upTo }: PositionRange) {
  return sql`(
    select id, ${after}::int + row_number() over (order by priority_rank, id) as position
    from (
      select id, priority_rank from job where type = ${type} and ${hasPosition}
      order by priority_rank, id offset ${after}::int limit ${upTo - after}::int
    ) span)`;
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
