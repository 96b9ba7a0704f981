import { expect, test } from 'vitest';
import { readRecord } from '../../../src/subjects/tracking/frame-records.ts';
import { encodeMask } from '../../../src/subjects/tracking/masks.ts';
import type { LastSeen } from '../../../src/subjects/tracking/table.ts';
import { readChunk, toObjectId } from '../../../src/subjects/tracking/read-chunk.ts';
import type { PixelBox } from '../../../src/subjects/tracking/run-length.ts';
import { resumeState, trackChunks } from '../../../src/subjects/tracking/track-chunks.ts';
import type { TrackedStep } from '../../../src/subjects/tracking/track-chunks.ts';
import { trackObjects } from '../../../src/subjects/tracking/wire.ts';
import { createTrackRoute } from '../../environment/model-service/fovea/track.ts';
import type { SimulatedVideo } from '../../environment/model-service/fovea/track.ts';

const size = { width: 320, height: 180 };

/** Moves right by a third of a pixel a frame, and is gone in some frames. */
function move(y: number, gaps: readonly [number, number][] = []) {
  return (frame: number): PixelBox | undefined =>
    gaps.some(([from, to]) => frame >= from && frame <= to)
      ? undefined
      : { x: 10 + Math.floor(frame / 3), y, width: 30, height: 20 };
}

const video: SimulatedVideo = {
  ...size,
  frameRate: 30,
  frames: 650,
  objects: [move(20), move(120)],
};
const begun: LastSeen[] = [20, 120].map((y) => ({
  box: { x: 10 / 320, y: y / 180, width: 30 / 320, height: 20 / 180 },
}));

/** Calls the stand-in as the job calls the model service. */
function createCalls(simulated: SimulatedVideo, { release }: { release?: '8e4a352' } = {}) {
  const route = createTrackRoute({ videos: { clip: simulated }, ...(release && { release }) });
  const asked: number[][] = [];
  const kept: TrackedStep[] = [];
  return {
    asked,
    kept,
    track: async (frameNumbers: number[], seen: readonly LastSeen[]) => {
      asked.push(frameNumbers);
      const { status, body } = route({
        video_id: 'clip',
        initial_masks: seen.map((it) => encodeMask(it, size)),
        object_ids: seen.map((_it, index) => toObjectId(index)),
        frame_numbers: frameNumbers,
      });
      if (status === 400) return undefined;
      const answer = trackObjects.response.parse(body);
      return readChunk(answer, { frameNumbers, seen, size, confidenceThreshold: 0 });
    },
    keep: async (step: TrackedStep) => void kept.push(structuredClone(step)),
  };
}

async function trackAll(simulated: SimulatedVideo, count: number, every = 1) {
  const plan = { first: 0, every, count };
  const calls = createCalls(simulated);
  const state = resumeState(plan, begun, []);
  await trackChunks(plan, size, state, calls);
  return { state, ...calls };
}

function boxesOf(records: Buffer, count: number) {
  return Array.from({ length: count }, (_, place) => readRecord(records, place)?.box);
}

test('each chunk begins with the last frame of the one before, and where the objects were there', async () => {
  const { state, asked } = await trackAll(video, 650);
  expect(asked.map((frames) => [frames[0], frames.at(-1), frames.length])).toEqual([
    [0, 199, 200],
    [199, 398, 200],
    [398, 597, 200],
    [597, 649, 53],
  ]);
  expect(state).toMatchObject({ done: 650, unread: 0 });
  for (const [index, records] of state.records.entries()) {
    const expected = Array.from({ length: 650 }, (_, frame) => video.objects[index]!(frame));
    expect(boxesOf(records, 650)).toEqual(expected);
  }
});

test('an object that is lost at the end of a chunk is looked for where it was last', async () => {
  const gap: [number, number] = [150, 230];
  const { state } = await trackAll({ ...video, objects: [move(20, [gap]), move(120)] }, 400);
  const boxes = boxesOf(state.records[0]!, 400);
  // It moves on by 27 pixels of its 30 meanwhile, and is not found again there.
  expect(boxes.findIndex((box) => !box)).toBe(150);
  expect(boxes.slice(150).every((box) => !box)).toBe(true);
  const short = await trackAll({ ...video, objects: [move(20, [[190, 210]]), move(120)] }, 400);
  const again = boxesOf(short.state.records[0]!, 400);
  expect(again.findIndex((box) => !box)).toBe(190);
  expect(again.findLastIndex((box) => !box)).toBe(210);
  expect(boxesOf(short.state.records[1]!, 400).every(Boolean)).toBe(true);
});

test('an empty mask is an object that was not found', async () => {
  const route = createTrackRoute({ videos: { clip: video }, usesPlaceholders: true });
  const { body } = route({
    video_id: 'clip',
    initial_masks: [
      Buffer.alloc(320 * 180)
        .fill(1, 0, 1)
        .toString('base64'),
    ],
    object_ids: [1],
    frame_numbers: [0, 1],
  });
  const seen = [begun[0]!];
  const answer = trackObjects.response.parse(body);
  expect(answer.frames[0]!.masks).toMatchObject([{ mask_rle: { size: [0, 0] } }]);
  const chunk = await readChunk(answer, {
    frameNumbers: [0, 1],
    seen,
    size,
    confidenceThreshold: 0,
  });
  expect(boxesOf(chunk.records[0]!, 2)).toEqual([undefined, undefined]);
  expect(chunk.seen).toEqual(seen);
});

test.each([
  ['ends within the last chunk', 640, 650, 4],
  ['ends within an earlier chunk', 500, 650, 4],
  ['ends with a chunk', 597 + 1, 650, 4],
  ['has the frames that were expected', 650, 650, 4],
])('a video that %s has as many frames as it has', async (_what, frames, count, calls) => {
  const { state, asked } = await trackAll({ ...video, frames }, count);
  expect(state.done).toBe(frames);
  expect(asked).toHaveLength(calls);
});

test('the end may also be told by an error', async () => {
  const plan = { first: 0, every: 1, count: 650 };
  const calls = createCalls(video);
  const state = resumeState(plan, begun, []);
  const { track } = calls;
  calls.track = async (frames, seen) => (frames[0]! > 0 ? undefined : track(frames, seen));
  await trackChunks(plan, size, state, calls);
  expect(state.done).toBe(200);
});

test('a video that cannot be read at all is a bad answer', async () => {
  const plan = { first: 0, every: 1, count: 650 };
  const state = resumeState(plan, begun, []);
  const calls = { ...createCalls(video), track: async () => undefined };
  await expect(trackChunks(plan, size, state, calls)).rejects.toThrow(/has no frames/);
});

test('frames that cannot be decoded are counted, and the rest is where it belongs', async () => {
  const { state } = await trackAll({ ...video, damaged: [5, 6, 199, 300] }, 650);
  expect(state).toMatchObject({ done: 650, unread: 4 });
  const boxes = boxesOf(state.records[0]!, 650);
  expect(boxes.flatMap((box, frame) => (box ? [] : [frame]))).toEqual([5, 6, 199, 300]);
  expect(boxes[301]).toEqual(video.objects[0]!(301));
});

test('a release that numbers by place is asked again from the last number that it gave', async () => {
  const plan = { first: 0, every: 1, count: 650 };
  const state = resumeState(plan, begun, []);
  const calls = createCalls({ ...video, damaged: [100] }, { release: '8e4a352' });
  await trackChunks(plan, size, state, calls);
  // Frames 101 to 199 came as 100 to 198. From the next chunk on, the numbers are right again.
  expect(calls.asked[1]![0]).toBe(198);
  expect(state.done).toBe(650);
  expect(boxesOf(state.records[0]!, 650).slice(199)).toEqual(
    Array.from({ length: 451 }, (_, index) => video.objects[0]!(199 + index)),
  );
});

test('whoever goes on after any step ends with the same', async () => {
  const plan = { first: 0, every: 1, count: 650 };
  const whole = await trackAll({ ...video, damaged: [5, 300] }, 650);
  for (let steps = 0; steps <= whole.kept.length; steps += 1) {
    const calls = createCalls({ ...video, damaged: [5, 300] });
    const state = resumeState(plan, begun, whole.kept.slice(0, steps));
    await trackChunks(plan, size, state, calls);
    expect(calls.asked).toHaveLength(whole.asked.length - steps);
    expect(state).toEqual(whole.state);
  }
});

test('every third frame is asked for, and no other', async () => {
  const { asked, state } = await trackAll(video, 200, 3);
  expect(asked[0]!.slice(0, 3)).toEqual([0, 3, 6]);
  expect(boxesOf(state.records[1]!, 200)[199]).toEqual(video.objects[1]!(597));
});

const mask = {
  object_id: 1,
  mask_rle: { size: [180, 320] as [number, number], counts: '' },
  confidence: 1,
  is_occluded: false,
};

function readAnswer(changes: object) {
  const answer = { video_id: 'clip', frames: [], video_width: 320, video_height: 180, ...changes };
  const asked = { frameNumbers: [4, 5], seen: begun, size, confidenceThreshold: 0 };
  return readChunk(answer, asked);
}

const frame = (frame_number: number, masks: object[] = []) => ({
  frame_number,
  timestamp: 0,
  masks,
});

test.each([
  ['a frame that was not asked for', { frames: [frame(6)] }],
  ['a frame twice', { frames: [frame(4), frame(4)] }],
  ['frames in another order', { frames: [frame(5), frame(4)] }],
  ['an object that was not asked for', { frames: [frame(4, [{ ...mask, object_id: 3 }])] }],
  ['an object twice', { frames: [frame(4, [mask, mask])] }],
  ['a mask without its pixels', { frames: [frame(4, [mask])] }],
  [
    'a mask of another size',
    { frames: [frame(4, [{ ...mask, mask_rle: { size: [320, 180], counts: '0' } }])] },
  ],
])('%s is a bad answer', async (_what, changes) => {
  await expect(readAnswer(changes)).rejects.toThrow(
    expect.objectContaining({ name: 'JobFailure', code: 'MODEL_BAD_RESPONSE' }),
  );
});

test('a video that is turned is told apart, and its true size is told', async () => {
  await expect(readAnswer({ video_width: 180, video_height: 320 })).rejects.toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      message: 'The video has 180 × 320 pixels, but is registered with 320 × 180.',
    }),
  );
});

test('a frame of less confidence than asked is one in which the object was not found', async () => {
  const plan = { first: 0, every: 1, count: 30 };
  const jump = (frame: number) => ({ x: frame < 10 ? 10 : 22, y: 20, width: 30, height: 20 });
  const simulated = { ...video, objects: [jump] };
  const calls = createCalls(simulated);
  const route = createTrackRoute({ videos: { clip: simulated } });
  const state = resumeState(plan, [begun[0]!], []);
  await trackChunks(plan, size, state, {
    ...calls,
    track: async (frameNumbers, seen) => {
      const { body } = route({
        video_id: 'clip',
        initial_masks: seen.map((it) => encodeMask(it, size)),
        object_ids: [1],
        frame_numbers: frameNumbers,
      });
      const answer = trackObjects.response.parse(body);
      return readChunk(answer, { frameNumbers, seen, size, confidenceThreshold: 0.5 });
    },
  });
  const lost = boxesOf(state.records[0]!, 30).flatMap((box, place) => (box ? [] : [place]));
  expect(lost).toEqual([10]);
});
