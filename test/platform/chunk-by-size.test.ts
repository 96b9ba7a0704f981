import { expect, test } from 'vitest';
import { chunkBySize } from '../../src/platform/chunk-by-size.ts';

test.each([
  [[], []],
  [[3, 3, 3], [[3, 3, 3]]],
  [
    [3, 3, 4, 1],
    [
      [3, 3],
      [4, 1],
    ],
  ],
  [
    [1, 20, 1],
    [[1], [20], [1]],
  ],
  [[0, 0], [[0, 0]]],
])('a list of %j has pieces that are large enough together, and no larger', (sizes, pieces) => {
  expect(chunkBySize(sizes, (size) => size, 9)).toEqual(pieces);
});
