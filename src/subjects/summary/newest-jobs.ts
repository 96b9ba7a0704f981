import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Video } from '../video/table.ts';

export type VideoKey = Pick<Video, 'owner' | 'id'>;
/** A job, and the video that it is about. */
export type JobOfVideo = JobRow & { videoId: string };

/** Of each of these videos the newest job of its owner that is about it, or about summaries of it, if the viewer may see it. */
export async function listNewestJobs(
  db: Database,
  viewer: Viewer,
  videos: readonly VideoKey[],
): Promise<JobOfVideo[]> {
  const [owners, ids] = [videos.map(({ owner }) => owner), videos.map(({ id }) => id)];
  const isSeen = sql`job.owner = video.owner and ${isVisibleTo(viewer, 'job.id', 'job.owner')}`;
  const ofSummaries = sql`video_summary summary cross join lateral`;
  const isOfVideo = sql`summary.owner = video.owner and summary.video_id = video.id`;
  const newest = sql`order by job.id desc limit 1`;
  const { rows } = await sql<JobOfVideo>`
    select job.*, video.id as video_id
    from unnest(${sql.val(owners)}::text[], ${sql.val(ids)}::text[]) video(owner, id)
      cross join lateral (
        select id from (
          (select job.id from job where job.input ->> 'videoId' = video.id and ${isSeen} ${newest})
          union all
          select about.id from ${ofSummaries} (
            select job.id from job where job.input ->> 'summaryId' = summary.id::text and ${isSeen} ${newest}) about
            where ${isOfVideo}
          union all
          select about.id from ${ofSummaries} (
            select job.id from job where job.input -> 'summaryIds' ? summary.id::text and ${isSeen} ${newest}) about
            where ${isOfVideo}
        ) about order by id desc limit 1
      ) newest
      join job on job.id = newest.id`.execute(db);
  return rows;
}
