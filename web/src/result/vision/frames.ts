import type { FoundFrameFragment, TrackPointFragment } from '../../api/generated/types.ts';
import type { Box } from './overlay.tsx';

/** Seconds into a frame to go to, so that rounding does not show the one before. */
export const intoFrame = 0.002;

/** The frame that is nearest to a time, if it is not farther away than half the way to its neighbors. */
export function findFrame(
  frames: readonly FoundFrameFragment[],
  time: number,
): FoundFrameFragment | undefined {
  const after = frames.findIndex(({ timestamp }) => timestamp > time);
  const [before, next] =
    after < 0 ? [frames.at(-1), undefined] : [frames[after - 1], frames[after]];
  if (!before || !next) {
    const only = before ?? next;
    const [a, b] = before ? frames.slice(-2) : frames;
    const reach = a && b ? Math.abs(b.timestamp - a.timestamp) / 2 : 0.25;
    return only && Math.abs(only.timestamp - time) <= reach ? only : undefined;
  }
  return time - before.timestamp <= next.timestamp - time ? before : next;
}

/** The points of a track, in the order of time. */
export interface TrackPath {
  points: readonly TrackPointFragment[];
  /** Ranges of frames in which it was found. */
  visible: readonly { startFrame: number; endFrame: number }[];
}

export interface FoundBox {
  box: Box;
  confidence: number;
  isFaint: boolean;
}

/** Where a tracked object is at a time: on the line from one keyframe to the next, if it is seen all the way. */
export function findBox(
  { points, visible }: TrackPath,
  time: number,
  frameSeconds: number,
): FoundBox | undefined {
  const index = findLast(points, time + intoFrame);
  const point = points[index];
  if (!point) return undefined;
  const next = points[index + 1];
  const range = visible.find(({ endFrame }) => endFrame >= point.frameNumber);
  const { confidence, occluded: isFaint } = point;
  if (next && range && next.frameNumber <= range.endFrame) {
    const share = (time - point.timestamp) / (next.timestamp - point.timestamp);
    return { box: mix(point.box, next.box, Math.max(0, share)), confidence, isFaint };
  }
  // The last frame of a range is shown as long as a frame is.
  return time - point.timestamp < frameSeconds
    ? { box: point.box, confidence, isFaint }
    : undefined;
}

function findLast(points: readonly { timestamp: number }[], time: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.timestamp <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function mix(from: Box, to: Box, share: number): Box {
  const between = (side: keyof Box) => from[side] + (to[side] - from[side]) * share;
  return {
    x: between('x'),
    y: between('y'),
    width: between('width'),
    height: between('height'),
  };
}
