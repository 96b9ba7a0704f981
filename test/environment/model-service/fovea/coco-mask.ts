import type { PixelBox } from '../../../../src/subjects/tracking/run-length.ts';

/** A mask as rows of pixels; true is inside. */
export type Bitmap = boolean[][];

/** A mask of COCO, as pycocotools encodes it. */
export interface CocoMask {
  /** Height and width. */
  size: [number, number];
  counts: string;
}

/** Encodes a mask pixel by pixel, as the reference describes it (cocodataset/cocoapi, common/maskApi.c). */
export function encodeCoco(bitmap: Bitmap): CocoMask {
  const runs = [0];
  let isInside = false;
  for (let column = 0; column < bitmap[0]!.length; column += 1) {
    for (const row of bitmap) {
      if (row[column] !== isInside) {
        runs.push(0);
        isInside = !isInside;
      }
      runs[runs.length - 1]! += 1;
    }
  }
  return { size: [bitmap.length, bitmap[0]!.length], counts: encodeRuns(runs) };
}

/** Encodes a filled rectangle, without drawing it. */
export function encodeRectangle(box: PixelBox, [height, width]: CocoMask['size']): CocoMask {
  const runs = [box.x * height + box.y];
  for (let column = 1; column < box.width; column += 1) runs.push(box.height, height - box.height);
  runs.push(box.height);
  const rest = width * height - runs.reduce((sum, run) => sum + run);
  const isWhole = box.height === height;
  const merged = isWhole ? [runs[0]!, box.width * height] : runs;
  return { size: [height, width], counts: encodeRuns(rest > 0 ? [...merged, rest] : merged) };
}

/** The box around the pixels of a mask, row by row, that are not 0. */
export function boxOfMask(pixels: Uint8Array, width: number): PixelBox {
  let [left, top, right, bottom] = [width, pixels.length, -1, -1];
  for (const [index, pixel] of pixels.entries()) {
    if (pixel === 0) continue;
    const [x, y] = [index % width, Math.floor(index / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function encodeRuns(runs: readonly number[]): string {
  return runs.map((run, index) => encodeNumber(index > 2 ? run - runs[index - 2]! : run)).join('');
}

function encodeNumber(number: number): string {
  let text = '';
  let rest = number;
  for (;;) {
    const low = rest & 0x1f;
    rest >>= 5;
    // All that is left is the sign, and this character tells it.
    const isLast = (low & 0x10) === 0 ? rest === 0 : rest === -1;
    text += String.fromCharCode((isLast ? low : low | 0x20) + 48);
    if (isLast) return text;
  }
}
