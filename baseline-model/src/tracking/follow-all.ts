import type { TrackedMask } from '../video-contract.ts';
import {
  decodeFrames,
  scaledSize,
  type Frame,
  type FramesContext,
} from '../media/decode-frames.ts';
import type { Video } from '../media/video.ts';
import { createTurns, type Work } from '../work.ts';
import { follow, startFollowing, type Sighting } from './follow.ts';
import type { Followed } from './search.ts';
import { encodeSegment, type Segment } from './segment.ts';

/** Frames before the first one are decoded in blocks of so many, as they are followed backward. */
const blockLength = 100;
/** Objects are followed through the frames between two requested ones as well, but not over a longer gap. */
const maxGap = 60;
/** Progress is reported after so many frames. */
const reportedEvery = 10;

export interface TrackedObject {
  id: number;
  segment: Segment;
}

interface Job {
  video: Video;
  /** In any order; the objects are where their segments say in the first one that can be decoded. */
  numbers: readonly number[];
}

/** Finds the objects in each of the frames: forward from the first one, then backward from it. */
export async function followAll(
  objects: readonly TrackedObject[],
  { video, numbers }: Job,
  context: FramesContext,
): Promise<Map<number, TrackedMask[]>> {
  const tracks = createTracks(objects, video, { numbers, work: context.work });
  const first = numbers[0]!;
  const later = listRuns(numbers.filter((number) => number >= first));
  for (const run of later) {
    for await (const frame of decodeFrames(video, run, context)) await tracks.visit(frame);
  }
  tracks.turnBack();
  const earlier = listRuns(numbers.filter((number) => number < first)).toReversed();
  for (const run of earlier) {
    for (let end = run.last; end >= run.first; end -= blockLength) {
      const block = { first: Math.max(run.first, end - blockLength + 1), last: end };
      const frames = await Array.fromAsync(decodeFrames(video, block, context));
      for (const frame of frames.toReversed()) await tracks.visit(frame);
    }
  }
  return tracks.found;
}

/** Joins frames into runs that are decoded in one go, in order. */
function listRuns(numbers: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number - run.last <= maxGap) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs;
}

interface TracksOptions {
  numbers: readonly number[];
  work: Work;
}

/** The objects on their way through the frames, which are visited one after the other, forward or backward. */
function createTracks(
  objects: readonly TrackedObject[],
  video: Video,
  { numbers, work }: TracksOptions,
) {
  const size = scaledSize(video);
  const factor = { x: size.width / video.width, y: size.height / video.height };
  const requested = new Set(numbers);
  const found = new Map<number, TrackedMask[]>();
  const takeTurn = createTurns(work);
  let start: Frame | undefined;
  let followed: Followed[] = [];
  let previous = 0;

  function begin(frame: Frame): void {
    start = frame;
    previous = frame.number;
    const picture = { ...size, pixels: frame.pixels };
    followed = objects.map(({ segment }) => startFollowing(picture, segment, factor));
  }

  function reportIndistinct(number: number): void {
    for (const [index, { id }] of objects.entries()) {
      if (followed[index]!.appearance.isDistinct) continue;
      const surroundings = `what is around it in frame ${number}`;
      work.log('warn', `object ${id} has the colors of ${surroundings}, and cannot be followed`);
    }
  }

  async function visit(frame: Frame): Promise<void> {
    const isStart = start === undefined;
    if (isStart && !requested.has(frame.number)) return;
    if (isStart) {
      begin(frame);
      reportIndistinct(frame.number);
    }
    const skipped = Math.max(0, Math.abs(frame.number - previous) - 1);
    previous = frame.number;
    const masks: TrackedMask[] = [];
    for (const [index, { id, segment }] of objects.entries()) {
      const object = followed[index]!;
      if (!object.appearance.isDistinct) continue;
      object.missedFor += skipped;
      const sighting = isStart
        ? { ...object.last, confidence: 1, isOccluded: false }
        : follow(object, { ...size, pixels: frame.pixels });
      const mask = sighting && toMask(id, segment, sighting);
      if (mask) masks.push(mask);
      await takeTurn();
    }
    if (!requested.has(frame.number)) return;
    found.set(frame.number, masks);
    if (found.size % reportedEvery !== 0) return;
    const stage = `Following: ${found.size} of ${requested.size} frames`;
    await work.step(0.05 + (0.93 * found.size) / requested.size, stage);
  }

  function toMask(id: number, segment: Segment, sighting: Sighting): TrackedMask | undefined {
    const { x, y, scale, confidence, isOccluded } = sighting;
    const rle = encodeSegment(segment, { x: x / factor.x, y: y / factor.y, scale }, video);
    if (!rle) return undefined;
    return { object_id: id, mask_rle: rle, confidence, is_occluded: isOccluded };
  }

  return {
    found,
    visit,
    /** Begins anew at the first frame. */
    turnBack: () => {
      if (start) begin(start);
    },
  };
}
