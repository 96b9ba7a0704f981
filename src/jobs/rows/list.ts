import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { matchesFilter } from './filter.ts';
import type { JobFilter, JobOutline } from './filter.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isFinal } from './row.ts';
import { isUnfinishedJob } from './states.ts';
import type { JobRow } from './row.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

/** The viewer's matching jobs. */
function selectJobs(db: Database, viewer: Viewer, filter: JobFilter) {
  return db
    .selectFrom('job')
    .selectAll()
    .where(isVisibleTo(viewer, 'id'))
    .where(matchesFilter(viewer, filter));
}

/** A page of the viewer's matching jobs that are not final: those with a lower id, newest first. */
export async function listUnfinishedJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  beforeId: string | undefined,
  limit: number,
): Promise<JobRow[]> {
  if (filter.states?.every(isFinal)) return [];
  return listBefore(selectJobs(db, viewer, filter).where(isUnfinishedJob), beforeId, limit);
}

/** A page of the viewer's matching jobs of which this is true, as of those that have ended lately: newest first. */
export async function listJobsWhere(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  condition: RawBuilder<boolean>,
  { beforeId, limit }: { beforeId: string | undefined; limit: number },
): Promise<JobRow[]> {
  return listBefore(selectJobs(db, viewer, filter).where(condition), beforeId, limit);
}

async function listBefore(
  query: ReturnType<typeof selectJobs>,
  beforeId: string | undefined,
  limit: number,
): Promise<JobRow[]> {
  const below = beforeId === undefined ? query : query.where('id', '<', beforeId);
  return below.orderBy('id', 'desc').limit(limit).execute();
}

/** Those of these jobs that the viewer may see and that match. */
export async function listMatchingJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  ids: readonly string[],
): Promise<JobRow[]> {
  return selectJobs(db, viewer, filter).where(isAmong(ids)).execute();
}

/** Whether a condition is true of these jobs, and of which version; those that do not exist are absent. */
export async function listMatches(
  db: Database,
  ids: readonly string[],
  condition: RawBuilder<boolean>,
): Promise<{ id: string; version: number; matches: boolean }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('job')
    .select(['id', 'version', condition.as('matches')])
    .where(isAmong(ids))
    .execute();
}

/** Jobs by their ids, of any owner. */
export async function listJobsById(db: Database, ids: readonly string[]): Promise<JobRow[]> {
  return db.selectFrom('job').selectAll().where(isAmong(ids)).modifyEnd(prepared).execute();
}

/** The owners of these jobs. */
export async function listJobOwners(
  db: Database,
  ids: readonly string[],
): Promise<Pick<JobRow, 'id' | 'owner'>[]> {
  return db.selectFrom('job').select(['id', 'owner']).where(isAmong(ids)).execute();
}

/** A job that is watched in this process, and its newest version that was received here. */
export interface KnownVersion {
  id: string;
  version: number;
  /** The owner that its watchers may see; null if they may see any. */
  owner: string | null;
}

/** The ids of those that were deleted, or have a newer version or another owner. */
export async function listStaleJobs(
  db: Database,
  known: readonly KnownVersion[],
): Promise<string[]> {
  const ids = known.map(({ id }) => id);
  const versions = known.map(({ version }) => version);
  const owners = known.map(({ owner }) => owner);
  const { rows } = await sql<{ id: string }>`
    select known.id
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(versions)}::int[], ${sql.val(owners)}::text[]) known(id, version, owner)
      left join job on job.id = known.id
    where job.id is null or job.version > known.version or job.owner <> known.owner`.execute(db);
  return rows.map(({ id }) => id);
}

const outlineColumns = [
  'id',
  'owner',
  'type',
  'state',
  'version',
  'round',
  'pipelineId',
  'batchId',
  'tags',
  'error',
  'createdAt',
] as const satisfies readonly (keyof JobOutline)[];

/** A page of the jobs of which this is true, that any of these viewers may see and that have a greater id (UUID v7), oldest first. */
export async function listJobOutlines(
  db: Database,
  viewers: readonly Viewer[],
  condition: RawBuilder<boolean>,
  { afterId, limit }: { afterId: string; limit: number },
): Promise<JobOutline[]> {
  return db
    .selectFrom('job')
    .select(outlineColumns)
    .where(isVisibleToAny(viewers))
    .where(condition)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** All owners are one parameter, so that the statement is always the same. */
function isVisibleToAny(viewers: readonly Viewer[]) {
  if (viewers.some(({ role }) => role === 'operator')) return sql<boolean>`true`;
  return sql<boolean>`owner = any(${sql.val([...new Set(viewers.map(({ owner }) => owner))])}::text[])`;
}
