import { sql } from 'kysely';
import { isAboutVideo, isPossible, passes } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import type { JobRow } from './job-row.ts';
import type { Database } from './tables.ts';
import { isStorable } from './text.ts';
import { isSeenBy } from './viewer.ts';
import type { Viewer } from './viewer.ts';

/** The viewer's jobs that pass and are not final, oldest first. */
export async function listUnfinishedJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  limit: number,
): Promise<JobRow[]> {
  if (!isPossible(filter)) return [];
  return db
    .selectFrom('job')
    .selectAll()
    .where(isSeenBy(viewer, 'id'))
    .where('state', 'in', ['QUEUED', 'DELAYED', 'ACTIVE'])
    .where(passes(filter))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Those of the jobs that are about a video. */
export async function listJobsAbout(
  db: Database,
  videoId: string,
  ids: readonly string[],
): Promise<string[]> {
  if (!isStorable(videoId)) return [];
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .where(isAboutVideo(videoId))
    .execute();
  return rows.map(({ id }) => id);
}

/** Whose the jobs are. */
export async function listOwners(
  db: Database,
  ids: readonly string[],
): Promise<Pick<JobRow, 'id' | 'owner'>[]> {
  return db
    .selectFrom('job')
    .select(['id', 'owner'])
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .execute();
}

/** What a process has heard of the jobs that somebody in it watches. */
export interface Heard {
  /** The newest version of each watched job. */
  versions: readonly { id: string; version: number }[];
  /** Those for whom every job is watched, new ones too. */
  viewers: readonly Viewer[];
  /** An id (UUID v7) from which on jobs of the viewers may be unheard of. */
  since: string;
}

/** A row, and when it was read by the clock that also wrote its times. */
export interface UnheardJob {
  job: JobRow;
  readAt: Date;
}

/** The rows that are newer than what was heard, in one statement however many are watched. */
export async function listUnheard(
  db: Database,
  { versions, viewers, since }: Heard,
): Promise<UnheardJob[]> {
  const ids = versions.map(({ id }) => id);
  const heard = versions.map(({ version }) => version);
  const { rows } = await sql<JobRow & { readAt: Date }>`
    select job.*, now() as read_at
    from job join unnest(${sql.val(ids)}::uuid[], ${sql.val(heard)}::int[]) heard(id, version) on heard.id = job.id
    where job.version > heard.version
    union all
    select job.*, now() as read_at
    from job where ${isSeenByAny(viewers)} and id >= ${since}`.execute(db);
  return rows.map(({ readAt, ...job }) => ({ job, readAt }));
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
