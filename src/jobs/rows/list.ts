import { sql } from 'kysely';
import { isQueryable, matchesFilter } from './filter.ts';
import type { JobFilter } from './filter.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isFinal } from './row.ts';
import { isUnfinishedJob } from './states.ts';
import type { JobRow } from './row.ts';
import type { PageRequest } from '../../db/page.ts';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

/** A page of the viewer's jobs by id, which grows with time. */
export async function listJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: PageRequest,
): Promise<JobRow[]> {
  if (!isQueryable(filter)) return [];
  let query = db
    .selectFrom('job')
    .selectAll()
    .where(isVisibleTo(viewer, 'id'))
    .where(matchesFilter(filter));
  if (page.after !== undefined) query = query.where('id', '<', page.after);
  if (page.before !== undefined) query = query.where('id', '>', page.before);
  return query
    .orderBy('id', page.inverted ? 'asc' : 'desc')
    .limit(page.limit)
    .execute();
}

/** A page of the viewer's matching jobs that are not final: those above an id, oldest first. */
export async function listUnfinishedJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  after: string | undefined,
  limit: number,
): Promise<JobRow[]> {
  if (!isQueryable(filter) || filter.states?.every(isFinal)) return [];
  let query = db
    .selectFrom('job')
    .selectAll()
    .where(isVisibleTo(viewer, 'id'))
    .where(isUnfinishedJob)
    .where(matchesFilter(filter));
  if (after !== undefined) query = query.where('id', '>', after);
  return query.orderBy('id').limit(limit).execute();
}

/** Those of these jobs that are the viewer's, and match. */
export async function listMatchingJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  ids: readonly string[],
): Promise<JobRow[]> {
  if (!isQueryable(filter)) return [];
  return db
    .selectFrom('job')
    .selectAll()
    .where(isAmong(ids))
    .where(isVisibleTo(viewer, 'id'))
    .where(matchesFilter(filter))
    .execute();
}

/** The owners of these jobs. */
export async function listJobOwners(
  db: Database,
  ids: readonly string[],
): Promise<Pick<JobRow, 'id' | 'owner'>[]> {
  return db.selectFrom('job').select(['id', 'owner']).where(isAmong(ids)).execute();
}

/** A job that somebody in this process watches, and the newest version of it that has arrived here. */
export interface KnownVersion {
  id: string;
  version: number;
  /** The owner that it must have for those who watch it; null: any. */
  owner: string | null;
}

/** Those of these jobs that were deleted, or have a newer version or another owner. */
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

/** The columns that tell whether a subscriber wants a job. */
export type JobOutline = Pick<JobRow, 'id' | 'owner' | 'type' | 'state' | 'version'>;

/** A page of the jobs of any of these viewers above an id (UUID v7), oldest first. */
export async function listJobOutlines(
  db: Database,
  viewers: readonly Viewer[],
  after: string,
  limit: number,
): Promise<JobOutline[]> {
  return db
    .selectFrom('job')
    .select(['id', 'owner', 'type', 'state', 'version'])
    .where(isSeenByAny(viewers))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** These jobs, of any owner. */
export async function listJobsById(db: Database, ids: readonly string[]): Promise<JobRow[]> {
  return db.selectFrom('job').selectAll().where(isAmong(ids)).execute();
}

/** One parameter however many owners: the statement stays the same. */
function isSeenByAny(viewers: readonly Viewer[]) {
  if (viewers.some(({ role }) => role === 'operator')) return sql<boolean>`true`;
  return sql<boolean>`owner = any(${sql.val([...new Set(viewers.map(({ owner }) => owner))])}::text[])`;
}
