import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import { validate as isUuid } from 'uuid';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { isUnfinishedJob } from '../../jobs/rows/states.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import type { Video } from '../video/table.ts';
import type { DetectedFrame, Detection, LabelCount, ObjectDetectionTable } from './table.ts';

export type NewObjectDetection = Omit<
  Insertable<ObjectDetectionTable>,
  'frameCount' | 'detectionCount' | 'counts' | 'unreadFrames'
> & { counts: LabelCount[]; unreadFrames: number[] };

/** Columns of what is read of a detection; what may be large is read by itself. */
const detectionColumns = [
  'objectDetection.id',
  'objectDetection.jobId',
  'objectDetection.owner',
  'objectDetection.videoId',
  'objectDetection.query',
  'objectDetection.width',
  'objectDetection.height',
  'objectDetection.frameCount',
  'objectDetection.detectionCount',
  'objectDetection.modelUsed',
  'objectDetection.createdAt',
] as const;

export type ObjectDetection = Omit<Selectable<ObjectDetectionTable>, 'counts' | 'unreadFrames'>;

/** Columns that may be large. */
export const largeDetectionColumns = {
  table: 'objectDetection',
  sizes: {
    counts: sql<number>`pg_column_size(counts)`,
    unreadFrames: sql<number>`pg_column_size(unread_frames)`,
  },
} as const;

/** Detections of one video that a list shows at most. */
export const maxDetections = 200;

/** Labels of one detection that are counted at most. */
export const maxLabels = 100;

/** Frames and boxes that one statement inserts at most: about a megabyte. */
const insertChunk = 10_000;

/** Stores a detection with its frames. */
export async function insertObjectDetection(
  trx: DatabaseTransaction,
  { counts, unreadFrames, ...detection }: NewObjectDetection,
  frames: readonly DetectedFrame[],
): Promise<void> {
  await trx
    .insertInto('objectDetection')
    .values({
      ...detection,
      frameCount: frames.length,
      detectionCount: frames.reduce((sum, { detections }) => sum + detections.length, 0),
      counts: JSON.stringify(counts),
      unreadFrames: JSON.stringify(unreadFrames),
    })
    .execute();
  const rows = frames.map(({ detections, ...frame }) => ({
    ...frame,
    detectionId: detection.id,
    detections: JSON.stringify(detections),
  }));
  const sizes = new Map(frames.map((frame) => [frame.frameNumber, 1 + frame.detections.length]));
  for (const chunk of chunkBySize(rows, (row) => sizes.get(row.frameNumber)!, insertChunk)) {
    await trx.insertInto('detectedFrame').values(chunk).execute();
  }
}

export async function findObjectDetection(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<ObjectDetection | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('objectDetection')
    .select(detectionColumns)
    .where('id', '=', id)
    .where(isVisibleTo(viewer, 'jobId'))
    .executeTakeFirst();
}

async function listObjectDetectionsByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<ObjectDetection[]> {
  return db
    .selectFrom('objectDetection')
    .select(detectionColumns)
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** The newest detections that there are for the viewer of each of these videos, the newest of a video first. */
export async function listObjectDetectionsOfVideos(
  db: Database,
  viewer: Viewer,
  videos: readonly Pick<Video, 'id' | 'owner'>[],
): Promise<ObjectDetection[]> {
  const owners = sql.val(videos.map(({ owner }) => owner));
  const ids = sql.val(videos.map(({ id }) => id));
  return db
    .selectFrom(
      sql<Pick<Video, 'id' | 'owner'>>`unnest(${owners}::text[], ${ids}::text[])`.as<'asked'>(
        sql`asked(owner, id)`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('objectDetection')
          .select(detectionColumns)
          .whereRef('objectDetection.owner', '=', 'asked.owner')
          .whereRef('objectDetection.videoId', '=', 'asked.id')
          .where(isVisibleTo(viewer, 'objectDetection.jobId', 'objectDetection.owner'))
          .orderBy('objectDetection.id', 'desc')
          .limit(maxDetections)
          .as('objectDetection'),
      (join) => join.onTrue(),
    )
    .select(detectionColumns)
    .orderBy('objectDetection.id', 'desc')
    .execute();
}

/** Which detections of a frame are meant; those absent or null restrict nothing. */
export interface DetectionChoice {
  /** 0 to 1. */
  minConfidence?: number | null | undefined;
  /** Labels, in any case of letters. */
  labels?: readonly string[] | null | undefined;
  /** The least number of the frame; 0 if absent. */
  fromFrame?: number | undefined;
}

/**
 * The detections that match, of one frame: the first at or after `fromFrame` that has any. The most confident comes first.
 * Empty if there is no such frame, or no such detection for the viewer.
 */
export async function listDetectionsFor(
  db: Database,
  viewer: Viewer,
  detectionId: string,
  { minConfidence, labels, fromFrame = 0 }: DetectionChoice,
): Promise<(Detection & { frameNumber: number })[]> {
  if (!isUuid(detectionId)) return [];
  const labelList = sql`${sql.val(labels ?? null)}::text[]`;
  const { rows } = await sql<{ frameNumber: number; found: Detection[] }>`
    select frame.frame_number, matching.found
    from object_detection detection
    join detected_frame frame on frame.detection_id = detection.id
    cross join lateral (
      select jsonb_agg(item order by place) as found
      from jsonb_array_elements(frame.detections) with ordinality element(item, place)
      where (item ->> 'confidence')::float8 >= ${minConfidence ?? 0}::float8
        and (${labelList} is null
          or lower(item ->> 'label') in (select lower(label) from unnest(${labelList}) as choice(label)))
    ) matching
    where detection.id = ${detectionId}
      and ${isVisibleTo(viewer, 'detection.jobId', 'detection.owner')}
      and frame.frame_number >= ${fromFrame} and matching.found is not null
    order by frame.frame_number limit 1`.execute(db);
  return rows.flatMap(({ frameNumber, found }) => found.map((it) => ({ ...it, frameNumber })));
}

/** What object detection makes. */
export const objectDetectionResult = {
  type: 'ObjectDetection',
  table: 'objectDetection',
  listByJob: listObjectDetectionsByJob,
  about: ['video'],
  // No unfinished job follows what was detected.
  isFree: sql<boolean>`not exists (
    select from job
    where ${isUnfinishedJob} and input #>> '{detection,detectionId}' = result.id::text)`,
} as const;
