import { badAnswer } from '../../model-service/failures.ts';

/** Height and width of an image, in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** A rectangle in pixels, from the top left corner of the image. */
export interface PixelBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Characters of one run at most: 30 bits, far more than the pixels of an image. */
const maxRunCharacters = 6;

/**
 * Decodes the compressed run lengths of a COCO mask (cocodataset/cocoapi, common/maskApi.c): runs of pixels outside and inside
 * of the mask by turns, beginning outside, down the columns. Throws a JobFailure unless they are a mask of this size.
 */
export function decodeRuns(counts: string, { width, height }: ImageSize): number[] {
  const runs: number[] = [];
  let pixels = 0;
  for (let at = 0; at < counts.length;) {
    const { value, next } = readNumber(counts, at);
    // From the fourth run on, each is the difference to the run two before it.
    const run = runs.length > 2 ? value + runs.at(-2)! : value;
    pixels += run;
    if (run < 0 || pixels > width * height) throw badAnswer('has a mask of another size');
    runs.push(run);
    at = next;
  }
  if (pixels !== width * height) throw badAnswer('has a mask of another size');
  return runs;
}

/** A number in groups of five bits, least significant first: one character each, whose bit 0x20 says that another follows. */
function readNumber(counts: string, start: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < maxRunCharacters; index += 1) {
    const bits = counts.charCodeAt(start + index) - 48;
    if (!(bits >= 0 && bits < 64)) throw badAnswer('has a mask that cannot be decoded');
    value |= (bits & 0x1f) << (5 * index);
    if (bits & 0x20) continue;
    // Bit 0x10 of the last character is the sign.
    if (bits & 0x10) value |= -1 << (5 * (index + 1));
    return { value, next: start + index + 1 };
  }
  throw badAnswer('has a mask that cannot be decoded');
}

/** The smallest box around a mask; undefined if it is empty. It is found without drawing the mask. */
export function findBox(runs: readonly number[], height: number): PixelBox | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const [start, end] of listSpans(runs)) {
    const [first, last] = [Math.floor(start / height), Math.floor((end - 1) / height)];
    left = Math.min(left, first);
    right = Math.max(right, last);
    // A run that goes on in the next column has a pixel at the bottom of one and at the top of the other.
    top = Math.min(top, first === last ? start % height : 0);
    bottom = Math.max(bottom, first === last ? (end - 1) % height : height - 1);
  }
  if (right < 0) return undefined;
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Draws a mask: one byte a pixel, row by row, 1 inside. */
export function drawRuns(runs: readonly number[], { width, height }: ImageSize): Buffer {
  const mask = Buffer.alloc(width * height);
  for (const [start, end] of listSpans(runs)) {
    let column = Math.floor(start / height);
    let row = start % height;
    for (let pixel = start; pixel < end; pixel += 1) {
      mask[row * width + column] = 1;
      row += 1;
      if (row < height) continue;
      row = 0;
      column += 1;
    }
  }
  return mask;
}

/** The pixels inside of the mask, as ranges in the order of columns; ends are exclusive. */
function* listSpans(runs: readonly number[]): Generator<[start: number, end: number]> {
  let start = 0;
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1 && run > 0) yield [start, start + run];
    start += run;
  }
}
