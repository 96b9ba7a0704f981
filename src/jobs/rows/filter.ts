import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobState } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { isStorable } from '../../platform/text.ts';

/** Conditions on the jobs to be listed; those that are absent do not restrict anything. */
export interface JobFilter {
  types?: readonly string[] | undefined;
  states?: readonly JobState[] | undefined;
  owner?: string | undefined;
  /** Jobs about this video, or about summaries of it. */
  videoId?: string | undefined;
}

/** The filter as a condition of SQL. */
export function matchesFilter({ types, states, owner, videoId }: JobFilter): RawBuilder<boolean> {
  // Postgres would refuse such text; no job has it.
  if (![owner, videoId].every((text) => isStorable(text ?? ''))) return sql`false`;
  return sql.join(
    [
      sql`true`,
      ...(types ? [isAnyOf('type', types)] : []),
      ...(states ? [isAnyOf('state', states)] : []),
      ...(owner === undefined ? [] : [sql`job.owner = ${owner}`]),
      ...(videoId === undefined ? [] : [isAboutVideo(videoId)]),
    ],
    sql` and `,
  );
}

/** Unlike `in`, it accepts an empty list, and then matches nothing. */
function isAnyOf(column: 'type' | 'state', values: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} = any(${sql.val(values)}::text[])`;
}

/** About the video itself, or about a summary of it. Each branch uses an index of its own. */
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

/** The videos of these summaries; summaries that do not exist are absent. */
export async function listVideosOfSummaries(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; videoId: string }[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('videoSummary').select(['id', 'videoId']).where(isAmong(ids)).execute();
}
