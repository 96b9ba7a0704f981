import { expect, test } from 'vitest';
import { JobFailure } from '../../../src/errors.ts';
import { decodeRuns, drawRuns, findBox } from '../../../src/subjects/tracking/run-length.ts';
import { encodeCoco } from '../../environment/model-service/fovea/coco-mask.ts';
import type { Bitmap } from '../../environment/model-service/fovea/coco-mask.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';

const random = createSeededRandom(20_261_129);

/** Noise of some density, or a few rectangles, as real masks are. */
function drawAtRandom(): Bitmap {
  const [width, height] = [1 + random.below(40), 1 + random.below(40)];
  const density = random.pick([0, 1, 5, 50, 95, 100]);
  const isNoise = random.below(2) === 0;
  const bitmap = Array.from({ length: height }, () =>
    Array.from({ length: width }, () => isNoise && random.below(100) < density),
  );
  for (let count = isNoise ? 0 : random.below(4); count > 0; count -= 1) {
    const [left, top] = [random.below(width), random.below(height)];
    const [right, bottom] = [left + random.below(width), top + random.below(height)];
    for (const row of bitmap.slice(top, bottom + 1)) row.fill(true, left, right + 1);
  }
  return bitmap;
}

/** The box pixel by pixel. */
function boxOf(bitmap: Bitmap) {
  const pixels = bitmap.flatMap((row, y) => row.flatMap((inside, x) => (inside ? [{ x, y }] : [])));
  if (pixels.length === 0) return undefined;
  const xs = pixels.map(({ x }) => x);
  const ys = pixels.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
}

test('any mask that is encoded is decoded to the same pixels and the same box', () => {
  for (let round = 0; round < 2_000; round += 1) {
    const bitmap = drawAtRandom();
    const {
      size: [height, width],
      counts,
    } = encodeCoco(bitmap);
    const size = { width, height };
    const runs = decodeRuns(counts, size);
    expect([...drawRuns(runs, size)]).toEqual(bitmap.flat().map(Number));
    expect(findBox(runs, height)).toEqual(boxOf(bitmap));
  }
});

/** By pycocotools 2.0, `mask.encode` and `mask.toBbox`. */
const references = [
  {
    what: 'a square',
    size: { width: 3, height: 4 },
    counts: '5220O',
    box: { x: 1, y: 1, width: 2, height: 2 },
    area: 4,
  },
  {
    what: 'a disc',
    size: { width: 64, height: 48 },
    counts: 'cW13Y18J4M2N2N2N2N2O0O2O00000O2O0001N1000001N101N2N2N2N2N3L6HQ=',
    box: { x: 26, y: 6, width: 29, height: 29 },
    area: 621,
  },
  {
    what: 'three rectangles',
    size: { width: 160, height: 90 },
    counts: `\\>5e200000\\k1S1aSN${'0'.repeat(137)}V^4\\O^bK${'0'.repeat(17)}`,
    box: { x: 5, y: 10, width: 155, height: 80 },
    area: 3_020,
  },
];

test.each(references)('$what of pycocotools is what it says', ({ size, counts, box, area }) => {
  const runs = decodeRuns(counts, size);
  expect(findBox(runs, size.height)).toEqual(box);
  expect(drawRuns(runs, size).reduce((sum, pixel) => sum + pixel, 0)).toBe(area);
});

test('runs as long as a 4K frame are decoded', () => {
  const size = { width: 3840, height: 2160 };
  const [first, inside] = [4_000_000, 2_000_000];
  const rest = size.width * size.height - first - inside;
  const bitmapFree = [first, inside, rest].map(encodePlain).join('');
  expect(decodeRuns(bitmapFree, size)).toEqual([first, inside, rest]);
});

/** A number that is not negative. */
function encodePlain(number: number): string {
  const groups: number[] = [];
  for (let rest = number; rest > 0 || groups.length === 0; rest = Math.floor(rest / 32))
    groups.push(rest % 32);
  if (groups.at(-1)! >= 16) groups.push(0);
  return groups
    .map((group, index) =>
      String.fromCharCode((index < groups.length - 1 ? group | 32 : group) + 48),
    )
    .join('');
}

const size = { width: 3, height: 4 };

test.each([
  ['a character before "0"', '/2203'],
  ['a character after "o"', '5p203'],
  ['a number that is cut off', '5220S'],
  ['a number without an end', 'oooooooooooooooo'],
  ['too few pixels', '522'],
  ['too many pixels', '522090'],
  ['a negative run', '5N'],
  ['nothing', ''],
])('%s is a bad answer', (_what, counts) => {
  expect(() => decodeRuns(counts, size)).toThrow(JobFailure);
});

test('a broken mask takes no longer than its text', () => {
  const counts = '0'.repeat(1_000_000);
  expect(() => decodeRuns(counts, size)).toThrow(/another size/);
});
