import { sql } from 'kysely';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { JobState } from './row.ts';
import type { Database, Tables } from '../../db/tables.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isStorable } from '../../platform/text.ts';

/** Which of a viewer's jobs; what is absent does not limit. */
export interface JobFilter {
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  /** Whose; must be storable text, as the video. */
  owner?: string | undefined;
  /** About this video, or about summaries of it; must be storable text. */
  videoId?: string | undefined;
}

/** What a row must be to pass: for `where`. */
export function matchesFilter({ types, states, owner, videoId }: JobFilter) {
  return (eb: ExpressionBuilder<Tables, 'job'>): ExpressionWrapper<Tables, 'job', SqlBool> =>
    eb.and([
      ...(types ? [isAnyOf('type', types)] : []),
      ...(states ? [isAnyOf('state', states)] : []),
      ...(owner === undefined ? [] : [sql<boolean>`job.owner = ${owner}`]),
      ...(videoId === undefined ? [] : [isAboutVideo(videoId)]),
    ]);
}

/** Unlike `in`, takes an empty list, and finds nothing. */
function isAnyOf(column: 'type' | 'state', values: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} = any(${sql.val(values)}::text[])`;
}

/** About the video itself, or about a summary of it. Each branch finds its jobs by an index of its own. */
function isAboutVideo(videoId: string) {
  return sql<boolean>`job.id in (
    select id from job where input ->> 'videoId' = ${videoId}
    union all
    select job.id from video_summary summary join job on job.input ->> 'summaryId' = summary.id::text
    where summary.video_id = ${videoId}
    union all
    select job.id from video_summary summary join job on job.input -> 'summaryIds' ? summary.id::text
    where summary.video_id = ${videoId})`;
}

/** Whether Postgres can be asked for it; if not, there is nothing that passes. */
export function isQueryable({ owner = '', videoId = '' }: JobFilter): boolean {
  return isStorable(owner) && isStorable(videoId);
}

/** Which videos these summaries are of; those that do not exist are absent. */
export async function listVideosOfSummaries(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; videoId: string }[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('videoSummary').select(['id', 'videoId']).where(isAmong(ids)).execute();
}
