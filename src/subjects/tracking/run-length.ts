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

/** Bits of one run at most: far more than the pixels of an image. */
const maxRunBits = 30;

/**
 * Decodes the compressed run lengths of a COCO mask (cocodataset/cocoapi, common/maskApi.c): runs of pixels outside and inside
 * of the mask by turns, beginning outside, down the columns. Each is a number in groups of five bits, least significant first:
 * one character each, whose bit 0x20 says that another follows. Throws a JobFailure unless they are a mask of this size.
 */
export function decodeRuns(counts: string, { width, height }: ImageSize): number[] {
  const runs: number[] = [];
  let pixels = 0;
  let [value, shift] = [0, 0];
  for (let at = 0; at < counts.length; at += 1) {
    const bits = counts.charCodeAt(at) - 48;
    if (!(bits >= 0 && bits < 64) || shift >= maxRunBits) throw undecodable();
    value |= (bits & 0x1f) << shift;
    shift += 5;
    if (bits & 0x20) continue;
    // Bit 0x10 of the last character is the sign.
    if (bits & 0x10) value |= -1 << shift;
    // From the fourth run on, each is the difference to the run two before it.
    const run = runs.length > 2 ? value + runs[runs.length - 2]! : value;
    pixels += run;
    if (run < 0 || pixels > width * height) throw badAnswer('has a mask of another size');
    runs.push(run);
    [value, shift] = [0, 0];
  }
  if (shift > 0) throw undecodable();
  if (pixels !== width * height) throw badAnswer('has a mask of another size');
  return runs;
}

function undecodable(): Error {
  return badAnswer('has a mask that cannot be decoded');
}

/** The smallest box around a mask; undefined if it is empty. It is found without drawing the mask. */
export function findBox(runs: readonly number[], height: number): PixelBox | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  let start = 0;
  for (let index = 0; index < runs.length; index += 1) {
    const end = start + runs[index]!;
    if (index % 2 === 1 && end > start) {
      const [first, last] = [Math.floor(start / height), Math.floor((end - 1) / height)];
      left = Math.min(left, first);
      right = last;
      // A run that goes on in the next column has a pixel at the bottom of one and at the top of the other.
      top = Math.min(top, first === last ? start % height : 0);
      bottom = Math.max(bottom, first === last ? (end - 1) % height : height - 1);
    }
    start = end;
  }
  if (right < 0) return undefined;
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Draws a mask: one byte a pixel, row by row, 1 inside. */
export function drawRuns(runs: readonly number[], { width, height }: ImageSize): Buffer {
  const mask = Buffer.alloc(width * height);
  let start = 0;
  for (let index = 0; index < runs.length; index += 1) {
    const end = start + runs[index]!;
    if (index % 2 === 1) drawSpan(mask, start, end, { width, height });
    start = end;
  }
  return mask;
}

/** Draws pixels that follow each other down the columns. */
function drawSpan(mask: Buffer, start: number, end: number, { width, height }: ImageSize): void {
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
