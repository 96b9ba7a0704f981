import { sql } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import type { JobTopic } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { isStorable, toUuid } from '../../platform/text.ts';

/** Maximum number of summaries whose video one subscriber remembers. */
const maxRemembered = 10_000;

/** Jobs about a video itself, or about summaries of it. */
export function aboutVideo(videoId: string): JobTopic {
  return {
    condition: isStorable(videoId) ? isAboutVideo(videoId) : sql`false`, // Postgres would refuse such text
    createPicker: (db) => createPicker(db, videoId),
  };
}

/** Each branch uses an index of its own. */
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

/** Asks for the video of each summary once. */
function createPicker(db: Database, videoId: string): ReturnType<JobTopic['createPicker']> {
  const isOfVideo = new RecentMap<boolean>(maxRemembered);

  return async (jobs) => {
    const named = [...new Set(jobs.flatMap(listSummaryIds))];
    const found = new Map(named.map((id) => [id, isOfVideo.get(id)]));
    const unknown = named.filter((id) => found.get(id) === undefined);
    // A step of a pipeline names a summary that does not exist yet: that one is asked for again.
    for (const summary of await listVideosOfSummaries(db, unknown)) {
      const isMatch = summary.videoId === videoId;
      found.set(summary.id, isMatch);
      isOfVideo.set(summary.id, isMatch);
    }
    return jobs.filter(
      (job) => job.input['videoId'] === videoId || listSummaryIds(job).some((id) => found.get(id)),
    );
  };
}

/** Which videos these summaries are of; those that do not exist are absent. */
async function listVideosOfSummaries(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; videoId: string }[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('videoSummary').select(['id', 'videoId']).where(isAmong(ids)).execute();
}

function listSummaryIds({ input }: JobRow): string[] {
  const ids = Array.isArray(input['summaryIds']) ? (input['summaryIds'] as unknown[]) : [];
  return [input['summaryId'], ...ids].flatMap((id) =>
    typeof id === 'string' ? (toUuid(id) ?? []) : [],
  );
}
