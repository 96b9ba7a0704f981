import { countFrames } from '../detection/frame-numbers.ts';
import type { FrameTiming } from '../detection/frame-numbers.ts';
import type { ImageSize } from './run-length.ts';

/** The frames to track in: `first`, and every `every`-th after it; `count` of them. */
export interface FramePlan {
  first: number;
  every: number;
  count: number;
}

export interface FrameRange {
  /** Seconds from the start of the video; an end of null is the end of the video. */
  startSeconds: number;
  endSeconds: number | null;
  every: number;
}

/** Frames of one job at most. */
export const maxFrames = 20_000;

/** Times are rounded, so that a frame may seem to begin a moment before or after it does; in frames. */
const tolerance = 0.01;

/** Plans the frames that lie in the range, never one beyond the end of the video; none if `count` is 0. */
export function planFrames(range: FrameRange, video: FrameTiming): FramePlan {
  const first = Math.max(Math.ceil(range.startSeconds * video.frameRate - tolerance), 0);
  return planFrom(first, range, video);
}

/** The same, from this frame on. */
export function planFrom(
  first: number,
  { endSeconds, every }: Omit<FrameRange, 'startSeconds'>,
  video: FrameTiming,
): FramePlan {
  const last = countFrames(video) - 1;
  const end = Math.min((endSeconds ?? Infinity) * video.frameRate + tolerance, last);
  return { first, every, count: Math.max(Math.floor((end - first) / every) + 1, 0) };
}

/** The number of the frame at this place of the plan. */
export function frameAt(
  { first, every }: Pick<FramePlan, 'first' | 'every'>,
  index: number,
): number {
  return first + index * every;
}

const maxChunkLength = 200;
const minChunkLength = 20;
/** Pixels of all frames of a chunk, which the service holds in memory with three bytes each: 200 frames of 1080p. */
const chunkPixels = maxChunkLength * 1920 * 1080;

/** Frames that one request asks for at most: fewer in a video of larger frames. */
export function chunkLengthOf({ width, height }: ImageSize): number {
  const length = Math.floor(chunkPixels / (width * height));
  return Math.min(Math.max(length, minChunkLength), maxChunkLength);
}
