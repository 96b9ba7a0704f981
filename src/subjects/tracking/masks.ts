import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Box } from '../detection/box.ts';
import type { LastSeen } from './table.ts';
import type { ImageSize, PixelBox } from './run-length.ts';
import { decodeRuns, drawRuns } from './run-length.ts';

/**
 * Pixels of all masks of one request at most, one byte each: 20 objects of 1080p, 6 of 4K. The request with its text in base64
 * takes four times as much memory for a moment.
 */
const maxMaskPixels = 50_000_000;

/** How many objects one request can have in a video of this size; 0 if its frames are too large. */
export function maxObjectsOf({ width, height }: ImageSize): number {
  return Math.floor(maxMaskPixels / (width * height));
}

/** Masks as the service reads them. Each is made in a turn of its own, so that nothing waits for all of them. */
export async function encodeMasks(seen: readonly LastSeen[], size: ImageSize): Promise<string[]> {
  const masks: string[] = [];
  for (const one of seen) {
    masks.push(encodeMask(one, size));
    await nextTurn();
  }
  return masks;
}

/** The mask of an object as the service reads it: base64 of one byte a pixel, row by row. */
export function encodeMask(seen: LastSeen, size: ImageSize): string {
  const mask = 'box' in seen ? drawBox(coverPixels(seen.box, size), size) : drawCounts(seen, size);
  return mask.toString('base64');
}

/** The pixels that a box covers, at least one. */
export function coverPixels(box: Box, { width, height }: ImageSize): PixelBox {
  const x = Math.min(Math.round(box.x * width), width - 1);
  const y = Math.min(Math.round(box.y * height), height - 1);
  const right = Math.min(Math.round((box.x + box.width) * width), width);
  const bottom = Math.min(Math.round((box.y + box.height) * height), height);
  return { x, y, width: Math.max(right - x, 1), height: Math.max(bottom - y, 1) };
}

function drawBox(box: PixelBox, { width, height }: ImageSize): Buffer {
  const mask = Buffer.alloc(width * height);
  for (let row = box.y; row < box.y + box.height; row += 1) {
    const start = row * width + box.x;
    mask.fill(1, start, start + box.width);
  }
  return mask;
}

function drawCounts({ counts }: { counts: string }, size: ImageSize): Buffer {
  return drawRuns(decodeRuns(counts, size), size);
}
