import type { DetectedObject } from '../video-contract.ts';
import {
  decodeFrames,
  scaledSize,
  type Frame,
  type FramesContext,
} from '../media/decode-frames.ts';
import type { Video } from '../media/video.ts';
import { createTurns } from '../work.ts';
import {
  createBackgrounds,
  planWithBackground,
  sampleStep,
  type Backgrounds,
  type FramePlan,
} from './background.ts';
import { findColorRegions } from './color-regions.ts';
import { findMovingObjects, type Found } from './moving-objects.ts';
import type { Search } from './query.ts';
import type { Size } from './regions.ts';

/** Frames farther apart are reached by a seek instead of decoding all between them. */
const maxGap = 250;

/** Frames that are decoded in one go. */
interface Run {
  first: number;
  last: number;
  plans: FramePlan[];
}

interface Job {
  video: Video;
  /** In any order; all exist. */
  numbers: readonly number[];
}

/** What is found in each of the frames; those that cannot be decoded are missing. */
export async function searchFrames(
  search: Search,
  { video, numbers }: Job,
  context: FramesContext,
): Promise<Map<number, DetectedObject[]>> {
  const { work } = context;
  const size = scaledSize(video);
  const step = sampleStep(video.frameRate);
  const lastFrame = video.timestamps.length - 1;
  const plans = [...new Set(numbers)]
    .toSorted((a, b) => a - b)
    .map((number) =>
      search.motion
        ? planWithBackground(number, step, lastFrame)
        : { number, first: number, last: number },
    );
  const found = new Map<number, DetectedObject[]>();
  const withoutBackground: number[] = [];
  const takeTurn = createTurns(work);
  for (const run of listRuns(plans)) {
    const backgrounds = createBackgrounds(step);
    for await (const [frame, plan] of decodeRun(run, backgrounds, { video, context })) {
      const moving = search.motion ? findMoving(frame, backgrounds.find(plan), size) : [];
      if (!moving) withoutBackground.push(frame.number);
      await takeTurn();
      const colored = findColorRegions(frame.pixels, size, search.colors);
      found.set(frame.number, [
        ...(moving ?? []).map((one) => toDetection('moving object', one, size)),
        ...colored.map((one) => toDetection(`${one.color} region`, one, size)),
      ]);
      await takeTurn();
      const stage = `Looking at frames: ${found.size} of ${plans.length}`;
      await work.step(0.05 + (0.93 * found.size) / plans.length, stage);
    }
  }
  if (withoutBackground.length > 0) {
    work.log(
      'warn',
      `Motion is unknown in ${withoutBackground.length} of ${plans.length} frames: the camera moves, the scene changes, or the video is too short`,
    );
  }
  return found;
}

/** Joins frames that overlap or lie close together. */
function listRuns(plans: readonly FramePlan[]): Run[] {
  const runs: Run[] = [];
  for (const plan of plans) {
    const run = runs.at(-1);
    if (run && plan.first - run.last <= maxGap) {
      run.last = Math.max(run.last, plan.last);
      run.plans.push(plan);
    } else runs.push({ first: plan.first, last: plan.last, plans: [plan] });
  }
  return runs;
}

interface Source {
  video: Video;
  context: FramesContext;
}

/** Gives each frame that is looked at once the frames of its background have been decoded. */
async function* decodeRun(
  { plans, ...range }: Run,
  backgrounds: Backgrounds,
  { video, context }: Source,
): AsyncGenerator<[Frame, FramePlan]> {
  const waiting = [...plans];
  const kept = new Map<number, Frame>();
  const expected = new Set(plans.map(({ number }) => number));
  function* take(decoded: number): Generator<[Frame, FramePlan]> {
    while (waiting[0] && waiting[0].last <= decoded) {
      const plan = waiting.shift()!;
      const frame = kept.get(plan.number);
      kept.delete(plan.number);
      if (frame) yield [frame, plan];
    }
  }
  for await (const frame of decodeFrames(video, range, context)) {
    backgrounds.add(frame);
    if (expected.has(frame.number)) kept.set(frame.number, frame);
    yield* take(frame.number);
  }
  // The video may end earlier than its container says.
  yield* take(Infinity);
}

function findMoving(
  { pixels }: Frame,
  background: Uint8Array | undefined,
  size: Size,
): Found[] | undefined {
  return background && findMovingObjects(pixels, background, size);
}

function toDetection(
  label: string,
  { region, confidence }: Found,
  { width, height }: Size,
): DetectedObject {
  return {
    label,
    bounding_box: {
      x: region.left / width,
      y: region.top / height,
      width: (region.right - region.left) / width,
      height: (region.bottom - region.top) / height,
    },
    confidence: Math.min(1, confidence),
    track_id: null,
  };
}
