/** What tells the number of a frame from its time. */
export interface FrameTiming {
  /** Frames per second. */
  frameRate: number;
  durationSeconds: number;
}

/** Frames at regular times, in seconds from the start of the video; `to` is not included. */
export interface FrameRange {
  from: number;
  to: number;
  every: number;
}

/** What products of times and rates may be off. */
const epsilon = 1e-6;

/** How many frames a video has. Durations of containers are rounded, so it is the nearest whole number. */
export function countFrames({ frameRate, durationSeconds }: FrameTiming): number {
  return Math.max(Math.round(frameRate * durationSeconds), 1);
}

/**
 * The frames that are shown at the times of a range, in order and each once, none beyond the end of the video. Undefined if
 * there are more than `max`.
 */
export function listFramesOfRange(
  { from, to, every }: FrameRange,
  video: FrameTiming,
  max: number,
): number[] | undefined {
  const end = Math.min(to, countFrames(video) / video.frameRate);
  // Steps shorter than a frame would show the same one again.
  const step = Math.max(every, 1 / video.frameRate);
  const count = Math.ceil((end - from) / step - epsilon);
  if (count > max) return undefined;
  const last = countFrames(video) - 1;
  const numbers = Array.from({ length: Math.max(count, 0) }, (_, index) =>
    Math.floor((from + index * step) * video.frameRate + epsilon),
  );
  return [...new Set(numbers)].filter((number) => number <= last);
}
