import { expect, test } from 'vitest';
import { chunkLengthOf, frameAt, planFrames } from '../../../src/subjects/tracking/plan-frames.ts';
import { encodeMask, maxObjectsOf, coverPixels } from '../../../src/subjects/tracking/masks.ts';
import { encodeCoco } from '../../environment/model-service/fovea/coco-mask.ts';

const whole = { startSeconds: 0, endSeconds: null, every: 1 };
const ntsc = 30_000 / 1_001;

function lastOf(plan: ReturnType<typeof planFrames>): number {
  return frameAt(plan, plan.count - 1);
}

test('a whole video has all of its frames, and none beyond', () => {
  for (const frameRate of [23.976, 24, 25, 29.97, ntsc, 30, 50, 59.94, 60, 120]) {
    for (const frames of [1, 2, 299, 300, 301, 1_800, 19_999]) {
      const plan = planFrames(whole, { durationSeconds: frames / frameRate, frameRate });
      expect(plan).toEqual({ first: 0, every: 1, count: frames });
    }
  }
});

test('a duration with a little more than whole frames has no more of them', () => {
  const plan = planFrames(whole, { durationSeconds: 10.05, frameRate: ntsc });
  expect(lastOf(plan)).toBe(300);
  expect(lastOf(plan) / ntsc).toBeLessThan(10.05);
});

test('the range is from the first frame that is not before it to the last that is not after', () => {
  const video = { durationSeconds: 10, frameRate: 25 };
  const plan = planFrames({ startSeconds: 1, endSeconds: 2, every: 1 }, video);
  expect([plan.first, lastOf(plan)]).toEqual([25, 50]);
  const between = planFrames({ startSeconds: 1.01, endSeconds: 1.99, every: 1 }, video);
  expect([between.first, lastOf(between)]).toEqual([26, 49]);
  const thirds = planFrames({ startSeconds: 1, endSeconds: 2, every: 3 }, video);
  expect([thirds.count, lastOf(thirds)]).toEqual([9, 49]);
});

test('an end after the end is the end, and a start after it has no frames', () => {
  const video = { durationSeconds: 10, frameRate: 25 };
  expect(lastOf(planFrames({ ...whole, endSeconds: 99 }, video))).toBe(249);
  expect(planFrames({ ...whole, startSeconds: 10 }, video).count).toBe(0);
  expect(planFrames({ ...whole, startSeconds: 1e9 }, video).count).toBe(0);
  expect(planFrames({ ...whole, startSeconds: 1.01, endSeconds: 1.02 }, video).count).toBe(0);
});

test('larger frames make shorter chunks and fewer objects', () => {
  const sizes = [
    { width: 640, height: 360 },
    { width: 1920, height: 1080 },
    { width: 3840, height: 2160 },
    { width: 15_360, height: 8_640 },
  ];
  expect(sizes.map(chunkLengthOf)).toEqual([200, 200, 50, 20]);
  expect(sizes.map(maxObjectsOf)).toEqual([217, 24, 6, 0]);
});

test('a box becomes the pixels that it covers, and a mask of them row by row', () => {
  const size = { width: 8, height: 4 };
  const box = { x: 0.25, y: 0.5, width: 0.5, height: 0.25 };
  expect(coverPixels(box, size)).toEqual({ x: 2, y: 2, width: 4, height: 1 });
  const mask = Buffer.from(encodeMask({ box }, size), 'base64');
  const rows = [0, 8, 16, 24].map((start) => mask.subarray(start, start + 8).join(''));
  expect(rows).toEqual(['00000000', '00000000', '00111100', '00000000']);
  expect(mask).toHaveLength(32);
  const tiny = { x: 0.999_9, y: 0.999_9, width: 0.000_1, height: 0.000_1 };
  expect(coverPixels(tiny, size)).toEqual({ x: 7, y: 3, width: 1, height: 1 });
});

test('a mask of the model service goes back as the pixels that it has', () => {
  const bitmap = [
    [false, true, true],
    [false, false, true],
  ];
  const { counts } = encodeCoco(bitmap);
  const mask = encodeMask({ counts }, { width: 3, height: 2 });
  expect([...Buffer.from(mask, 'base64')]).toEqual([0, 1, 1, 0, 0, 1]);
});
