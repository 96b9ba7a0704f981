import { describe, expect, test } from 'vitest';
import { countFrames, listFramesOfRange } from '../../../src/subjects/detection/frame-numbers.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';

/** 300 frames at the rate of NTSC. */
const ntsc = { frameRate: 30_000 / 1_001, durationSeconds: 10.01 };

describe('the number of frames', () => {
  test.each([
    ['exact', ntsc, 300],
    ['rounded up in the container', { frameRate: 29.97, durationSeconds: 10.011 }, 300],
    ['rounded down in the container', { frameRate: 25, durationSeconds: 3.999 }, 100],
    ['that of an image', { frameRate: 25, durationSeconds: 0.001 }, 1],
  ])('of a duration that is %s', (_what, video, count) => {
    expect(countFrames(video)).toBe(count);
  });
});

describe('the frames of a range', () => {
  const list = (from: number, to: number, every: number, max = 600) =>
    listFramesOfRange({ from, to, every }, ntsc, max);

  test('are those that are shown at its times, without its end', () => {
    // Frame 30 begins at 1.001 s, so that frame 29 is shown at 1 s.
    expect(list(0, 4, 1)).toEqual([0, 29, 59, 89]);
    expect(list(1.001, 1.01, 1)).toEqual([30]);
    expect(list(0, 0.3, 0.1)).toEqual([0, 2, 5]);
  });

  test('end with the video', () => {
    expect(list(9, 1e9, 0.5)).toEqual([269, 284, 299]);
    expect(list(9.99, 60, 1)).toEqual([299]);
    expect(list(10.01, 60, 1)).toEqual([]);
    expect(list(1e9, 2e9, 1)).toEqual([]);
  });

  test('are each there once, however short the steps are', () => {
    const all = Array.from({ length: 300 }, (_, index) => index);
    expect(list(0, 60, 0.001)).toEqual(all);
    expect(list(0, 60, Number.MIN_VALUE)).toEqual(all);
    expect(list(0, 10.01, 1_001 / 30_000)).toEqual(all);
  });

  test('are not listed where there are too many', () => {
    expect(list(0, 60, 0.001, 300)).toHaveLength(300);
    expect(list(0, 60, 0.001, 299)).toBeUndefined();
    expect(list(0, 4, 1, 4)).toHaveLength(4);
    expect(list(0, 4.001, 1, 4)).toBeUndefined();
  });

  test('are within the video and grow, whatever is asked', () => {
    const { below } = createSeededRandom(7);
    const random = () => below(1e6) / 1e6;
    for (let round = 0; round < 2_000; round += 1) {
      const frameRate = 1 + random() * 119;
      const video = { frameRate, durationSeconds: random() * 100 };
      const from = random() * 120;
      const range = { from, to: from + random() * 120, every: random() * 2 + 1e-6 };
      const numbers = listFramesOfRange(range, video, 1e6)!;
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      for (const number of numbers) {
        expect(number).toBeLessThan(countFrames(video));
        expect(number / frameRate).toBeLessThan(range.to);
        expect((number + 1) / frameRate).toBeGreaterThan(range.from);
      }
    }
  });
});
