import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { countRecords, sliceRecords } from './frame-records.ts';
import type { ObjectTrackingTable, ObjectTrackTable } from './table.ts';
import type { NewTrack } from './to-track.ts';

export type ObjectTracking = Selectable<ObjectTrackingTable>;
export type NewObjectTracking = Insertable<ObjectTrackingTable>;

/** Columns of what is read of a track; what may be large is read by itself. */
const trackColumns = [
  'id',
  'trackingId',
  'index',
  'label',
  'confidence',
  'frameCount',
  'firstFrame',
  'lastFrame',
  'maxError',
  'keyframeCount',
] as const;
export type ObjectTrack = Pick<Selectable<ObjectTrackTable>, (typeof trackColumns)[number]>;

/** Columns that may be large. */
export const largeTrackColumns = {
  table: 'objectTrack',
  sizes: {
    keyframes: sql<number>`pg_column_size(keyframes)`,
    keyframeRecords: sql<number>`octet_length(keyframe_records)`,
    visibility: sql<number>`pg_column_size(visibility)`,
  },
} as const;

/** Frames of a track that one row has. */
export const framesPerRow = 500;

/** Stores a tracking with its tracks, in their order. */
export async function insertObjectTracking(
  trx: DatabaseTransaction,
  tracking: NewObjectTracking,
  tracks: readonly NewTrack[],
): Promise<void> {
  await trx.insertInto('objectTracking').values(tracking).execute();
  for (const [index, track] of tracks.entries()) {
    const { records, keyframes, visibility, ...columns } = track;
    const id = uuidv7();
    await trx
      .insertInto('objectTrack')
      .values({
        ...columns,
        id,
        trackingId: tracking.id,
        index,
        keyframeCount: keyframes.length,
        keyframes: JSON.stringify(keyframes),
        visibility: JSON.stringify(visibility),
      })
      .execute();
    const count = Math.ceil(countRecords(records) / framesPerRow);
    const rows = Array.from({ length: count }, (_, number) => {
      const start = number * framesPerRow;
      return { trackId: id, number, records: sliceRecords(records, start, start + framesPerRow) };
    });
    await trx.insertInto('objectTrackFrames').values(rows).execute();
  }
}

export async function findObjectTracking(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<ObjectTracking | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('objectTracking')
    .selectAll()
    .where('id', '=', id)
    .where(isVisibleTo(viewer, 'jobId'))
    .executeTakeFirst();
}

async function listObjectTrackingsByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<ObjectTracking[]> {
  return db
    .selectFrom('objectTracking')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** The tracks of these trackings in order. Access to the trackings must have been checked before. */
export async function listTracks(
  db: Database,
  trackingIds: readonly string[],
): Promise<ObjectTrack[]> {
  return db
    .selectFrom('objectTrack')
    .select(trackColumns)
    .where(isAmong(trackingIds, 'trackingId'))
    .orderBy('trackingId')
    .orderBy('index')
    .execute();
}

/** A row of a track's frames: those from place `number * framesPerRow` on. */
export interface FramesKey {
  trackId: string;
  number: number;
}

/** The records of these rows. Access to the tracks must have been checked before. */
export async function listFrameRecords(
  db: Database,
  keys: readonly FramesKey[],
): Promise<(FramesKey & { records: Uint8Array })[]> {
  const ids = sql.val(keys.map(({ trackId }) => trackId));
  const numbers = sql.val(keys.map(({ number }) => number));
  const { rows } = await sql<FramesKey & { records: Uint8Array }>`
    select track_id, number, records
    from unnest(${ids}::uuid[], ${numbers}::int[]) asked(track_id, number)
    join object_track_frames using (track_id, number)`.execute(db);
  return rows;
}

/** What object tracking makes. */
export const objectTrackingResult = {
  type: 'ObjectTracking',
  table: 'objectTracking',
  listByJob: listObjectTrackingsByJob,
  about: ['video'],
  madeOf: { result: 'objectDetection', table: 'objectTracking', column: 'detectionId' },
} as const;
