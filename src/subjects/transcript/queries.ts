import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Video } from '../video/table.ts';
import { aggregateSpeakers, parseSegments } from './segments.ts';
import type { TranscriptTable } from './table.ts';

/** A transcript without its segments. It is a result of its own, or part of a summary. */
export type Transcript = Omit<Selectable<TranscriptTable>, 'segmentCount' | 'speakers'> & {
  /** Whether it is part of the summary with this id, which has its segments as the model wrote them. */
  isOfSummary: boolean;
  /** Null: `describeSegments` has them. */
  segmentCount: number | null;
  speakers: string[] | null;
};

export interface NewTranscript {
  id: string;
  jobId: string;
  videoId: string;
  language: string | null;
  durationSeconds: number | null;
  modelsUsed: readonly string[];
}

/** Segments of one row of `transcript_part`. */
export const partSize = 500;

/** Stores a transcript with the segments that `parseSegments` finds in a list. */
export async function insertTranscript(
  trx: DatabaseTransaction,
  { id, jobId, videoId, language, durationSeconds, modelsUsed }: NewTranscript,
  segments: readonly object[],
): Promise<void> {
  await sql`
    with given as materialized (
      select ${JSON.stringify(segments)}::jsonb as list
    ), segment as materialized (
      select segment.* from given cross join lateral (${parseSegments(sql`given.list`)}) segment
    ), part as (
      insert into transcript_part (transcript_id, first_index, segments)
      select ${id}::uuid, min(index), jsonb_agg(
        jsonb_build_object('start', start, 'end', "end", 'text', text, 'speaker', speaker) order by index)
      from segment group by index / ${sql.lit(partSize)}
    )
    insert into transcript
      (id, job_id, video_id, language, duration_seconds, models_used, segment_count, speakers)
    select ${id}::uuid, ${jobId}::uuid, ${videoId}, ${language}, ${durationSeconds}::float8,
      ${JSON.stringify(modelsUsed)}::jsonb, (select count(*) from segment), ${aggregateSpeakers(sql`segment`)}`.execute(
    trx,
  );
}

/** The transcripts that the viewer may see and that meet a condition on `id`, `job_id`, `owner` or `video_id`. */
function selectTranscripts(
  viewer: Viewer,
  condition: RawBuilder<boolean>,
  order: RawBuilder<unknown> = sql``,
): RawBuilder<Transcript> {
  const where = sql`${isVisibleTo(viewer, 'jobId')} and ${condition} ${order}`;
  return sql<Transcript>`
    (select id, job_id, owner, video_id, language, duration_seconds, models_used, created_at,
      false as is_of_summary, segment_count, speakers
    from transcript where ${where})
    union all
    (select id, job_id, owner, video_id, audio_language, null,
      case when audio_model_used is null then '[]' else jsonb_build_array(audio_model_used) end, created_at,
      true, null, null
    from video_summary where transcript is not null and ${where})`;
}

/** Transcripts by their ids; those of summaries have the ids of the summaries. */
export async function listTranscriptsById(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Transcript[]> {
  const { rows } = await selectTranscripts(viewer, isAmong(ids)).execute(db);
  return rows;
}

export async function listTranscriptsByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<Transcript[]> {
  const { rows } = await selectTranscripts(viewer, isAmong(jobIds, 'jobId')).execute(db);
  return rows;
}

/** For each video that has any, the newest transcript that the viewer may see: that of the job that was submitted last. */
export async function listNewestTranscripts(
  db: Database,
  viewer: Viewer,
  videos: readonly Pick<Video, 'id' | 'owner'>[],
): Promise<Transcript[]> {
  const isOfVideo = sql<boolean>`owner = asked.owner and video_id = asked.id`;
  const newest = sql`order by id desc limit 1`;
  const { rows } = await sql<Transcript>`
    select made.*
    from unnest(
      ${sql.val(videos.map(({ owner }) => owner))}::text[], ${sql.val(videos.map(({ id }) => id))}::text[]) asked(owner, id)
    cross join lateral (
      select * from (${selectTranscripts(viewer, isOfVideo, newest)}) either ${newest}
    ) made`.execute(db);
  return rows;
}
