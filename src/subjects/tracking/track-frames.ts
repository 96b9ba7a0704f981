import type { Box } from '../detection/box.ts';
import { readRecord } from './frame-records.ts';
import type { FoundObject } from './frame-records.ts';
import { frameAt } from './plan-frames.ts';
import { framesPerRow } from './queries.ts';
import type { ObjectTracking } from './queries.ts';
import type { VisibilityRange } from './table.ts';

/** The frames of a tracking, and their size. */
export type TrackedFrames = Pick<
  ObjectTracking,
  'width' | 'height' | 'frameRate' | 'firstFrame' | 'every' | 'framesProcessed'
>;

/** An object in one frame, as the API shows it. */
export interface TrackFrame {
  frameNumber: number;
  timestamp: number;
  /** Null if the object was not found. */
  object: { box: Box; pixelBox: Box; confidence: number; occluded: boolean } | null;
}

/** A page of what has frame numbers: at most `first`, of those after this number. */
export interface Page {
  first: number;
  after: number;
}

/** Places of a page of frames, the end exclusive. */
export function toPlaces(frames: TrackedFrames, { first, after }: Page) {
  const next = Math.floor((after - frames.firstFrame) / frames.every) + 1;
  const start = Math.min(Math.max(next, 0), frames.framesProcessed);
  return { start, end: Math.min(start + first, frames.framesProcessed) };
}

/** The numbers of the rows that have these places. */
export function listRows({ start, end }: { start: number; end: number }): number[] {
  const first = Math.floor(start / framesPerRow);
  const last = Math.floor((end - 1) / framesPerRow);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
}

/** The frame at this place; the record at `index` is its. */
export function toTrackFrame(
  frames: TrackedFrames,
  place: number,
  records: Uint8Array,
  index: number,
): TrackFrame {
  const frameNumber = toFrameNumber(frames, place);
  const found = readRecord(toBuffer(records), index);
  const timestamp = frameNumber / frames.frameRate;
  return { frameNumber, timestamp, object: found ? toObject(frames, found) : null };
}

/** A page of keyframes. */
export function listKeyframes(
  frames: TrackedFrames,
  places: readonly number[],
  records: Uint8Array,
  { first, after }: Page,
): TrackFrame[] {
  const start = places.findIndex((place) => toFrameNumber(frames, place) > after);
  if (start < 0) return [];
  return places
    .slice(start, start + first)
    .map((place, index) => toTrackFrame(frames, place, records, start + index));
}

/** A page of ranges, by the numbers of their frames. */
export function listVisibility(
  frames: TrackedFrames,
  ranges: readonly VisibilityRange[],
  { first, after }: Page,
) {
  return ranges
    .map(({ start, end, visible }) => ({
      startFrame: toFrameNumber(frames, start),
      endFrame: toFrameNumber(frames, end),
      visible,
    }))
    .filter(({ startFrame }) => startFrame > after)
    .slice(0, first);
}

function toFrameNumber({ firstFrame, every }: TrackedFrames, place: number): number {
  return frameAt({ first: firstFrame, every }, place);
}

function toObject({ width, height }: TrackedFrames, { box, confidence, occluded }: FoundObject) {
  const shares = {
    x: box.x / width,
    y: box.y / height,
    width: box.width / width,
    height: box.height / height,
  };
  return { box: shares, pixelBox: box, confidence, occluded };
}

/** Drivers differ in what they read `bytea` as. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
