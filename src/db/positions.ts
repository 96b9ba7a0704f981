import { sql } from 'kysely';
import type { JobRow } from './job-row.ts';
import { createJoinedReads } from './joined.ts';
import type { Database } from './tables.ts';

/** A place in a queue; 1 runs next. */
export interface JobPosition {
  id: string;
  position: number;
}

/** How often a job's position may make a new version of it, in seconds. */
const leastInterval = sql.lit(0.9);

/** Only QUEUED jobs have a place, and of a pipeline's only those whose turn it is. */
export const hasPosition = sql<boolean>`(
  job.state = 'QUEUED' and (job.waits_for is null or job.dispatched_at is not null))`;

/** The place of every queued job of these jobs' types: one pass over those queues, however many are asked for. */
const ranked = (ids: readonly string[]) => sql`(
  select id, row_number() over (partition by type order by priority_rank, id)::int as position
  from job
  where ${hasPosition} and type in (select distinct type from job where id = any(${sql.val(ids)}::uuid[]))
)`;

async function listPositions(db: Database, ids: readonly string[]): Promise<JobPosition[]> {
  const { rows } = await sql<JobPosition>`
    select id, position from ${ranked(ids)} ranked where id = any(${sql.val(ids)}::uuid[])`.execute(
    db,
  );
  return rows;
}

/** Places of single jobs, those that are asked for at the same time in one statement. */
export function createPositionReader(db: Database): (jobId: string) => Promise<number | undefined> {
  return createJoinedReads(async (ids) => {
    const rows = await listPositions(db, ids);
    return new Map(rows.map(({ id, position }) => [id, position]));
  });
}

/**
 * Makes a new version of each job whose place differs from the one that it is known to have; returns the rows. Any number
 * of processes may do so: the row has the place that was last announced, and when.
 */
export async function applyPositions(
  db: Database,
  known: readonly JobPosition[],
): Promise<JobRow[]> {
  const ids = known.map(({ id }) => id);
  const positions = known.map(({ position }) => position);
  return db
    .with('moved', (cte) =>
      cte
        .selectFrom('job')
        .innerJoin(
          sql<JobPosition>`unnest(${sql.val(ids)}::uuid[], ${sql.val(positions)}::int[])`.as<'known'>(
            sql`known(id, position)`,
          ),
          'known.id',
          'job.id',
        )
        .innerJoin(sql<JobPosition>`${ranked(ids)}`.as('ranked'), 'ranked.id', 'job.id')
        .select(['job.id', 'ranked.position'])
        .where(hasPosition)
        .where(sql<boolean>`ranked.position <> coalesce(job.position, known.position)`)
        .where(
          sql<boolean>`coalesce(job.positioned_at <= now() - make_interval(secs => ${leastInterval}), true)`,
        )
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
    })
    .returningAll('job')
    .execute();
}
