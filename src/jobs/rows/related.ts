import { sql } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { JobRow } from './row.ts';

/** Jobs that a list of those derived from one job has at most. */
export const maxDerived = 50;

/** Those of these jobs that the viewer may see. */
export async function listVisibleJobs(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<JobRow[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where(isAmong(ids))
    .where(isVisibleTo(viewer, 'id'))
    .execute();
}

/** The jobs that were started again from each of these, the oldest of each. */
export async function listDerivedJobs(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<JobRow[]> {
  return db
    .selectFrom(sql<{ id: string }>`unnest(${sql.val(ids)}::uuid[])`.as<'origin'>(sql`origin(id)`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('job')
          .selectAll()
          .whereRef('job.basedOn', '=', 'origin.id')
          .where(isVisibleTo(viewer, 'job.id', 'job.owner'))
          .orderBy('job.id')
          .limit(maxDerived)
          .as('job'),
      (join) => join.onTrue(),
    )
    .selectAll('job')
    .orderBy('job.id')
    .execute();
}
