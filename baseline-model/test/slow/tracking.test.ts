import { describe, expect, test } from 'vitest';
import {
  boxOf,
  decodeMask,
  masksOf,
  overlap,
  readTruth,
  toMask,
  track,
  type Truth,
} from '../environment/frames.ts';
import { readLines, serve } from '../environment/service.ts';

const truth = await readTruth();
const lastFrame = truth.frames.length - 1;
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

type Tracked = Awaited<ReturnType<typeof track>>;

/** The mean overlap with the truth where an object is visible, and how often it is found where it is not. */
function measure({ frames }: Tracked, { objects, frames: truths }: Truth) {
  return objects.map(({ id, label }) => {
    let overlaps = 0;
    let visible = 0;
    let ghosts = 0;
    for (const { frame_number, masks } of frames) {
      const real = truths[frame_number]!.objects[id]!;
      const mask = masks.find(({ object_id }) => object_id === id);
      if (real.visible) {
        visible += 1;
        overlaps += mask && real.box ? overlap(boxOf(mask.mask_rle), real.box) : 0;
      } else if (mask && real.seen === 0) ghosts += 1;
    }
    return { label, overlap: overlaps / visible, ghosts };
  });
}

describe('the shapes of the sample clip', () => {
  test('are followed while they cross, hide each other, leave and come back', async () => {
    const answer = await track(await serve(), masksOf(truth, 0));
    expect(answer).toMatchObject({ video_width: 320, video_height: 180, total_frames: 180 });
    expect(answer.frames.map(({ frame_number }) => frame_number)).toEqual(range(0, lastFrame));
    for (const { label, overlap: mean, ghosts } of measure(answer, truth)) {
      expect(mean, label).toBeGreaterThan(0.8);
      // What goes out of sight is lost a frame too late at most, each of the two times.
      expect(ghosts, `${label} where nothing of it is seen`).toBeLessThanOrEqual(2);
    }
  });

  test('are followed in every fifth frame as well', async () => {
    const frame_numbers = range(0, lastFrame).filter((number) => number % 5 === 0);
    const answer = await track(await serve(), { ...masksOf(truth, 0), frame_numbers });
    expect(answer.total_frames).toBe(frame_numbers.length);
    for (const { label, overlap: mean } of measure(answer, truth))
      expect(mean, label).toBeGreaterThan(0.8);
  });

  test('are followed backward from a frame that comes first in the list', async () => {
    const frame_numbers = [40, ...range(0, 39)];
    const answer = await track(await serve(), { ...masksOf(truth, 40), frame_numbers });
    expect(answer.frames.map(({ frame_number }) => frame_number)).toEqual(frame_numbers);
    for (const { label, overlap: mean } of measure(answer, truth))
      expect(mean, label).toBeGreaterThan(0.75);
  });

  test('are followed from chunk to chunk, each beginning where the last one ended', async () => {
    const url = await serve();
    const first = await track(url, { ...masksOf(truth, 0), frame_numbers: range(0, 30) });
    const { masks } = first.frames.at(-1)!;
    const initial_masks = masks.map(({ mask_rle }) =>
      Buffer.from(decodeMask(mask_rle)).toString('base64'),
    );
    const object_ids = masks.map(({ object_id }) => object_id);
    const frame_numbers = range(30, 60);
    const second = await track(url, { initial_masks, object_ids, frame_numbers });
    for (const { label, overlap: mean } of measure(second, truth))
      expect(mean, label).toBeGreaterThan(0.7);
  });
});

test('an object that is hidden where a chunk ends is found by a list that begins where it was seen', async () => {
  const url = await serve();
  const { initial_masks, object_ids } = masksOf(truth, 0);
  const triangle = { initial_masks: initial_masks.slice(0, 1), object_ids: object_ids.slice(0, 1) };
  const first = await track(url, { ...triangle, frame_numbers: range(0, 95) });
  expect(first.frames.at(-1)).toMatchObject({ frame_number: 95, masks: [] });
  const seen = first.frames.findLast(({ masks }) => masks[0]?.is_occluded === false)!;
  const mask = Buffer.from(decodeMask(seen.masks[0]!.mask_rle)).toString('base64');
  // It passes behind the pillar, and then behind the green circle.
  const frame_numbers = [seen.frame_number, ...range(96, 140)];
  const second = await track(url, { initial_masks: [mask], object_ids: [0], frame_numbers });
  const later = { ...second, frames: second.frames.slice(-14) };
  const [result] = measure(later, { ...truth, objects: truth.objects.slice(0, 1) });
  expect(result!.overlap).toBeGreaterThan(0.7);
});

test('a mask that shows nothing but background is not followed', async () => {
  const background = toMask({ x: 0.3, y: 0.02, width: 0.1, height: 0.15 }, truth);
  const request = { initial_masks: [background], object_ids: [5], frame_numbers: range(0, 20) };
  const { frames } = await track(await serve(), request);
  expect(frames).toHaveLength(21);
  expect(frames.flatMap(({ masks }) => masks)).toEqual([]);
  const lines = await readLines(await serve(), '/api/tracking/track', {
    video_id: 'crossing-shapes',
    ...request,
  });
  const logs = lines.flatMap((line) => ('log' in line ? line.log.message : []));
  expect(logs).toEqual([expect.stringMatching(/^object 5 has the colors of what is around it/u)]);
});

test('equal requests get equal answers', async () => {
  const url = await serve();
  const request = { ...masksOf(truth, 0), frame_numbers: range(0, 60) };
  const framesOf = async () => (await track(url, request)).frames;
  expect(await framesOf()).toEqual(await framesOf());
});

test('a segment keeps its form', async () => {
  const mask = Buffer.alloc(320 * 180);
  const isInside = (x: number, y: number) => (x - 95) ** 2 + (y - 80) ** 2 <= 20 ** 2;
  for (let at = 0; at < mask.length; at += 1)
    mask[at] = isInside(at % 320, Math.floor(at / 320)) ? 1 : 0;
  const request = { initial_masks: [mask.toString('base64')], object_ids: [7] };
  const { frames } = await track(await serve(), { ...request, frame_numbers: [0, 1] });
  expect(Buffer.from(decodeMask(frames[0]!.masks[0]!.mask_rle)).equals(mask)).toBe(true);
  const area = decodeMask(frames[1]!.masks[0]!.mask_rle).reduce((sum, pixel) => sum + pixel, 0);
  expect(area / mask.reduce((sum, pixel) => sum + pixel, 0)).toBeCloseTo(1, 0);
});

test('frames beyond the end are left out, and the answer keeps the order of the list', async () => {
  const frame_numbers = [999, 3, 180, 1, 3, -1];
  const { frames } = await track(await serve(), { ...masksOf(truth, 3), frame_numbers });
  expect(frames.map(({ frame_number }) => frame_number)).toEqual([3, 1, 3]);
  expect(frames.map(({ timestamp }) => Number(timestamp.toFixed(3)))).toEqual([0.2, 0.067, 0.2]);
});

test('progress never falls', async () => {
  const body = { video_id: 'crossing-shapes', ...masksOf(truth, 0) };
  const lines = await readLines(await serve(), '/api/tracking/track', body);
  const progress = lines.flatMap((line) => ('progress' in line ? line.progress : []));
  expect(progress.length).toBeGreaterThanOrEqual(8);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});
