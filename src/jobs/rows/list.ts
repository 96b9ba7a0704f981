import { sql } from 'kysely';
import { isQueryable, matchesFilter } from './filter.ts';
import type { JobFilter } from './filter.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isFinal } from './row.ts';
import { isUnfinishedJob } from './states.ts';
import type { JobRow } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isSeenBy } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

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
    .where(isSeenBy(viewer, 'id'))
    .where(isUnfinishedJob)
    .where(matchesFilter(filter));
  if (after !== undefined) query = query.where('id', '>', after);
  return query.orderBy('id').limit(limit).execute();
}

/** Those of these jobs that are the viewer's, and match. */
export async function listJobsById(
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
    .where(isSeenBy(viewer, 'id'))
    .where(matchesFilter(filter))
    .execute();
}

/** Which videos these summaries are of; those that do not exist are absent. */
export async function listVideosOfSummaries(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; videoId: string }[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('videoSummary').select(['id', 'videoId']).where(isAmong(ids)).execute();
}

/** The owners of these jobs. */
export async function listOwners(
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
export async function listOutdated(
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
export async function listOutlines(
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
export async function listJobRows(db: Database, ids: readonly string[]): Promise<JobRow[]> {
  return db.selectFrom('job').selectAll().where(isAmong(ids)).execute();
}

/** The time by the database's clock. */
export async function readClock(db: Database): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now()`.execute(db);
  return rows[0]!.now;
}

/** One parameter however many owners: the statement stays the same. */
function isSeenByAny(viewers: readonly Viewer[]) {
  if (viewers.some(({ role }) => role === 'operator')) return sql<boolean>`true`;
  return sql<boolean>`owner = any(${sql.val([...new Set(viewers.map(({ owner }) => owner))])}::text[])`;
}
