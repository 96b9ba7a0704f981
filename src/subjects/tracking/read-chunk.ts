import { setImmediate as nextTurn } from 'node:timers/promises';
import { JobFailure } from '../../errors.ts';
import { badAnswer } from '../../model-service/failures.ts';
import { createRecords, writeRecord } from './frame-records.ts';
import { decodeRuns, findBox } from './run-length.ts';
import type { ImageSize, PixelBox } from './run-length.ts';
import type { LastSeen } from './table.ts';
import type { TrackedMask, TrackObjectsResponse } from './wire.ts';

/** What one request has tracked. */
export interface TrackedChunk {
  /** Frames up to the last one that the service could read. */
  length: number;
  /** How many frames before that one it could not read. */
  unread: number;
  /** For each object, its record in each of these frames. */
  records: Buffer[];
  /** For each object, where it was last. */
  seen: LastSeen[];
}

export interface AskedChunk {
  frameNumbers: readonly number[];
  /** For each object, where it was when the chunk began. */
  seen: readonly LastSeen[];
  size: ImageSize;
  /** Frames in which an object is less sure than this count as frames in which it was not found. */
  confidenceThreshold: number;
}

/** Frames whose masks are decoded before others have their turn. */
const framesPerTurn = 20;

/** The id of an object for the service. Some trackers take 0 for the background. */
export function toObjectId(index: number): number {
  return index + 1;
}

/** Reads the answer to a chunk; rejects with a JobFailure if it does not answer what was asked. */
export async function readChunk(
  answer: TrackObjectsResponse,
  asked: AskedChunk,
): Promise<TrackedChunk> {
  assertSize(answer, asked.size);
  const places = new Map(asked.frameNumbers.map((frameNumber, place) => [frameNumber, place]));
  const records = asked.seen.map(() => createRecords(asked.frameNumbers.length));
  const seen = [...asked.seen];
  let last = -1;
  for (const { frame_number, masks } of answer.frames) {
    const place = places.get(frame_number);
    if (place === undefined) throw badAnswer('has a frame that was not asked for');
    if (place <= last) throw badAnswer('has frames twice, or not in their order');
    last = place;
    if (place % framesPerTurn === 0) await nextTurn();
    for (const [index, mask] of listObjects(masks, seen.length)) {
      const box = findMaskBox(mask, asked.size);
      if (!box) continue;
      // However unsure the service is: it is what it would go on from itself.
      seen[index] = { counts: mask.mask_rle.counts };
      if (mask.confidence < asked.confidenceThreshold) continue;
      const { confidence, is_occluded: occluded } = mask;
      writeRecord(records[index]!, place, { box, confidence, occluded });
    }
  }
  return { length: last + 1, unread: last + 1 - answer.frames.length, records, seen };
}

/** A video that is turned has as many pixels, so that the service cannot tell that masks are of the wrong size. */
function assertSize(answer: TrackObjectsResponse, { width, height }: ImageSize): void {
  const { video_width, video_height } = answer;
  if (video_width === width && video_height === height) return;
  throw new JobFailure(
    'INVALID_INPUT',
    `The video has ${video_width} × ${video_height} pixels, but is registered with ${width} × ${height}.`,
  );
}

function listObjects(masks: readonly TrackedMask[], count: number): Map<number, TrackedMask> {
  const byIndex = new Map(masks.map((mask) => [mask.object_id - toObjectId(0), mask]));
  if (byIndex.size < masks.length) throw badAnswer('has an object twice in one frame');
  if ([...byIndex.keys()].some((index) => index < 0 || index >= count))
    throw badAnswer('has an object that was not asked for');
  return byIndex;
}

/** Undefined if the object was not found, which some trackers say by an empty mask. */
function findMaskBox({ mask_rle }: TrackedMask, size: ImageSize): PixelBox | undefined {
  const {
    size: [height, width],
    counts,
  } = mask_rle;
  if (height === 0 && width === 0 && counts === '') return undefined;
  if (height !== size.height || width !== size.width) throw badAnswer('has a mask of another size');
  return findBox(decodeRuns(counts, size), height);
}
