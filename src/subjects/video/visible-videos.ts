import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

type TicketViewer = Extract<Viewer, { role: 'ticket' }>;

/** Whether the viewer may see a row of `video`: with a ticket, one that its job is about. */
export function isVideoVisibleTo(viewer: Viewer): RawBuilder<boolean> {
  if (viewer.role !== 'ticket') return isVisibleTo(viewer);
  return sql<boolean>`(video.owner = ${viewer.owner} and video.id in (${selectVideoIds(viewer)}))`;
}

/** The videos that the job of a ticket is about. */
export async function listTicketVideos(
  db: Database,
  viewer: TicketViewer,
): Promise<{ videoId: string }[]> {
  const { rows } = await sql<{ videoId: string | null }>`
    select video_id from (${selectVideoIds(viewer)}) topic order by video_id`.execute(db);
  return rows.filter((row): row is { videoId: string } => row.videoId !== null);
}

/** Ids of the videos that the job of a ticket is about: the one that its input names, or those of the summaries that it names. */
function selectVideoIds({ owner, jobId }: TicketViewer): RawBuilder<{ videoId: string }> {
  return sql<{ videoId: string }>`
    with ticket_job as (
      select input, pipeline_id from job where id = ${jobId}::uuid and owner = ${owner}
    ), named as (
      select input ->> 'summaryId' as id, pipeline_id from ticket_job
      union all
      select jsonb_array_elements_text(input -> 'summaryIds'), pipeline_id from ticket_job
    )
    select input ->> 'videoId' as video_id from ticket_job
    union
    select summary.video_id from named join video_summary summary on summary.id = named.id::uuid
    where summary.owner = ${owner}
    union
    -- A step of a pipeline names a summary that does not exist yet.
    select step.input ->> 'videoId' from named join job step on step.pipeline_id = named.pipeline_id
    where step.result_id = named.id::uuid and step.owner = ${owner}`;
}
