import { sql } from 'kysely';
import { priorityRanks } from './row.ts';
import type { JobRow } from './row.ts';
import { isJobInQueue } from './states.ts';
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
 * The positions of these jobs. Each job of a queue is counted once: between two of the given ids the jobs are counted, and
 * the counts are added up. Priorities that run earlier are counted as a whole.
 */
export async function listPositions(
  db: Database,
  ids: readonly string[],
): Promise<AnnouncedPosition[]> {
  const { rows } = await sql<AnnouncedPosition>`
    with given as (
      select id, type, priority_rank, position as announced
      from job where ${isAmong(ids)} and ${isJobInQueue}
    ), point as (
      select *, id as up_to from given
      union all
      select null, queue.type, rank, null, ${lastId}::uuid
      from (select type, max(priority_rank) as last_rank from given group by type) queue,
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

/** One statement for each priority: only with a literal does PostgreSQL use the index that has nothing else in between. */
function countSpansOf(rank: number) {
  return sql`
    select span.*, ahead.jobs
    from span, lateral (
      select count(*) as jobs from job
      where job.type = span.type and ${isJobInQueue} and job.priority_rank = ${sql.lit(rank)}
        and job.id >= span.from_id and job.id < span.up_to
    ) ahead
    where span.priority_rank = ${sql.lit(rank)}`;
}

const firstId = sql.lit('00000000-0000-0000-0000-000000000000');
const lastId = sql.lit('ffffffff-ffff-ffff-ffff-ffffffffffff');
const ranks = Object.values(priorityRanks);

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

/** The jobs at these positions, only of these owners unless that is undefined. Reads the index up to the last position. */
export async function listPositionRanges(
  db: Database,
  ranges: readonly PositionRange[],
  owners: readonly string[] | undefined,
): Promise<AnnouncedPosition[]> {
  const { rows } = await sql<AnnouncedPosition>`
    select found.id, found.position::int, job.announced
    from (${sql.join(ranges.map(selectRange), sql` union all `)}) found,
      -- Row by row, by the primary key: planned as a join, all jobs would be read.
      lateral (select owner, position as announced from job where id = found.id limit 1) job
    where ${owners === undefined ? sql`true` : sql`job.owner = any(${sql.val(owners)}::text[])`}`.execute(
    db,
  );
  return rows;
}

/** The bounds are parameters, for which PostgreSQL makes a better plan. */
function selectRange({ type, after, upTo }: PositionRange) {
  return sql`(
    select id, ${after}::int + row_number() over (order by priority_rank, id) as position
    from (
      select id, priority_rank from job where type = ${type} and ${isJobInQueue}
      order by priority_rank, id offset ${after}::int limit ${upTo - after}::int
    ) span)`;
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
