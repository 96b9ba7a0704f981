import { expect, test } from 'vitest';
import {
  createRecords,
  readRecord,
  writeRecord,
} from '../../../src/subjects/tracking/frame-records.ts';
import type { FoundObject } from '../../../src/subjects/tracking/frame-records.ts';
import { chooseKeyframes, listRanges } from '../../../src/subjects/tracking/keyframes.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';

const random = createSeededRandom(7);
/** The greatest side of a video that can be registered. */
const maxSide = 65_535;
const size = { width: 640, height: 360 };

function toRecords(objects: readonly (FoundObject | undefined)[]): Buffer {
  const records = createRecords(objects.length);
  for (const [place, object] of objects.entries()) {
    if (object) writeRecord(records, place, object);
  }
  return records;
}

function at(x: number, y: number, width = 40, height = 30): FoundObject {
  return { box: { x, y, width, height }, confidence: 0.9, occluded: false };
}

/** A random walk with gaps. */
function walk(length: number, gapShare: number): (FoundObject | undefined)[] {
  let [x, y, width] = [300, 150, 60];
  return Array.from({ length }, () => {
    x = Math.min(Math.max(x + random.below(9) - 4, 0), 500);
    y = Math.min(Math.max(y + random.below(7) - 3, 0), 300);
    width = Math.min(Math.max(width + random.below(3) - 1, 10), 140);
    return random.below(100) < gapShare ? undefined : at(x, y, width);
  });
}

function sidesOf({ box: { x, y, width, height } }: FoundObject) {
  const right = (x + width) / size.width;
  return [x / size.width, y / size.height, right, (y + height) / size.height];
}

/** The greatest distance of any side from the line between its keyframes, frame by frame. */
function measurePlainly(objects: readonly (FoundObject | undefined)[], places: readonly number[]) {
  let greatest = 0;
  for (const [place, object] of objects.entries()) {
    if (!object) continue;
    const before = places.findLast((it) => it <= place)!;
    const after = places.find((it) => it >= place)!;
    const share = after === before ? 0 : (place - before) / (after - before);
    const [from, to] = [sidesOf(objects[before]!), sidesOf(objects[after]!)];
    for (const [side, actual] of sidesOf(object).entries()) {
      const between = from[side]! + (to[side]! - from[side]!) * share;
      greatest = Math.max(greatest, Math.abs(between - actual));
    }
  }
  return greatest;
}

test('a record is read as it was written, to four decimals of confidence', () => {
  const objects = [
    undefined,
    at(0, 0, 1, 1),
    { ...at(maxSide, maxSide, maxSide, maxSide), confidence: 1, occluded: true },
    { ...at(12, 34), confidence: 0.123_44 },
    { ...at(12, 34), confidence: 0 },
  ];
  const records = toRecords(objects);
  expect(objects.map((_object, place) => readRecord(records, place))).toEqual([
    undefined,
    objects[1],
    objects[2],
    { ...at(12, 34), confidence: 0.1234 },
    objects[4],
  ]);
});

test('ranges follow each other without a gap, and say whether the object was found', () => {
  const [here, gone] = [at(1, 1), undefined];
  const records = toRecords([here, here, gone, here, gone, gone]);
  expect(listRanges(records)).toEqual([
    { start: 0, end: 1, visible: true },
    { start: 2, end: 2, visible: false },
    { start: 3, end: 3, visible: true },
    { start: 4, end: 5, visible: false },
  ]);
  expect(listRanges(toRecords([gone, gone]))).toEqual([{ start: 0, end: 1, visible: false }]);
});

test('a straight line needs its ends alone', () => {
  const records = toRecords(Array.from({ length: 200 }, (_, place) => at(place * 2, place)));
  const { places, maxError } = chooseKeyframes(records, listRanges(records), size, 40);
  expect(places).toEqual([0, 199]);
  expect(maxError).toBeCloseTo(0, 12);
});

test('a corner is a keyframe', () => {
  const down = Array.from({ length: 50 }, (_, place) => at(100, place * 4));
  const right = Array.from({ length: 50 }, (_, place) => at(100 + place * 4, 196));
  const records = toRecords([...down, ...right]);
  const { places, maxError } = chooseKeyframes(records, listRanges(records), size, 40);
  expect(places).toEqual([0, 49, 50, 99].filter((place) => places.includes(place)));
  expect(places.length).toBeGreaterThanOrEqual(3);
  expect(maxError).toBeLessThanOrEqual(0.5 / 640);
});

test('an object that is never found has no keyframes', () => {
  const records = toRecords([undefined, undefined]);
  const chosen = chooseKeyframes(records, listRanges(records), size, 2);
  expect(chosen).toEqual({ places: [], maxError: 0 });
});

test('of any path, no side is farther off than is told, and the ends of each range are kept', () => {
  for (let round = 0; round < 60; round += 1) {
    const objects = walk(1 + random.below(300), random.pick([0, 1, 10, 60]));
    const records = toRecords(objects);
    const ranges = listRanges(records);
    const maxKeyframes = random.pick([2, 10, 40, 1_000]);
    const { places, maxError } = chooseKeyframes(records, ranges, size, maxKeyframes);
    const ends = ranges.flatMap(({ start, end, visible }) => (visible ? [start, end] : []));
    expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
    expect(places).toEqual(expect.arrayContaining(ends));
    expect(places.length).toBeLessThanOrEqual(Math.max(maxKeyframes, new Set(ends).size));
    expect(measurePlainly(objects, places)).toBeCloseTo(maxError, 12);
    if (maxKeyframes === 1_000) expect(maxError).toBeLessThanOrEqual(0.5 / size.width);
  }
});

test('more keyframes never make it worse', () => {
  const objects = walk(500, 2);
  const records = toRecords(objects);
  const errors = [2, 5, 20, 40, 100, 400].map(
    (max) => chooseKeyframes(records, listRanges(records), size, max).maxError,
  );
  expect(errors).toEqual(errors.toSorted((a, b) => b - a));
});
