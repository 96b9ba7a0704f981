import { expect, test } from 'vitest';
import { slideHistory } from '../../src/queues/slide-history.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const minute = (index: number, completed: number) => ({
  at: new Date(start + index * 60_000).toISOString(),
  started: completed,
  completed,
  failed: 0,
});
const history = [minute(0, 1), minute(1, 2), minute(2, 3)];
const slide = (seconds: number) =>
  slideHistory(history, start + seconds * 1_000).map(({ completed }) => completed);

test('minutes in which nothing happens push the others out', () => {
  expect(slide(170)).toEqual([1, 2, 3]);
  expect(slide(180)).toEqual([2, 3, 0]);
  expect(slide(3_600)).toEqual([0, 0, 0]);
});

test('a clock that is behind the server moves nothing', () => {
  expect(slide(-600)).toEqual([1, 2, 3]);
  expect(slideHistory([], start)).toEqual([]);
});
