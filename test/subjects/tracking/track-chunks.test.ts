import { expect, test } from 'vitest';
import { resumeState, trackChunks } from '../../../src/subjects/tracking/track-chunks.ts';
import { begun, boxesOf, createCalls, move, size, trackAll, video } from './use-chunks.ts';

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
