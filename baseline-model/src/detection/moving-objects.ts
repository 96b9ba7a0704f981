import { findRegions, smooth, type Region, type Size } from './regions.ts';

/** A pixel has changed if one of its channels differs from the background by so many levels of 255. */
const threshold = 28;
/** Smaller regions are noise, as a share of the frame. */
const leastShare = 0.001;
/** If more of the frame has changed, the camera has moved or the scene has changed. */
const mostChanged = 0.5;

export interface Found {
  region: Region;
  /** 0 to 1. */
  confidence: number;
}

/** For each channel of each pixel the median of these pictures: what stands still while others pass before it. */
export function medianOf(pictures: readonly Uint8Array[]): Uint8Array {
  const median = new Uint8Array(pictures[0]!.length);
  const levels = new Uint8Array(pictures.length);
  const middle = pictures.length >> 1;
  for (let at = 0; at < median.length; at += 1) {
    // By insertion: there are nine at most.
    for (let count = 0; count < pictures.length; count += 1) {
      const level = pictures[count]![at]!;
      let place = count;
      for (; place > 0 && levels[place - 1]! > level; place -= 1)
        levels[place] = levels[place - 1]!;
      levels[place] = level;
    }
    median[at] = levels[middle]!;
  }
  return median;
}

/**
 * Regions that differ from the background; undefined if most of the frame does. The confidence is d / (d + 28) for a mean
 * difference of d levels: one half at the threshold, near 1 for black on white.
 */
export function findMovingObjects(
  pixels: Uint8Array,
  background: Uint8Array,
  size: Size,
): Found[] | undefined {
  const count = size.width * size.height;
  const marks = new Uint8Array(count);
  const differences = new Uint8Array(count);
  let changed = 0;
  for (let index = 0; index < count; index += 1) {
    const at = index * 3;
    const difference = Math.max(
      Math.abs(pixels[at]! - background[at]!),
      Math.abs(pixels[at + 1]! - background[at + 1]!),
      Math.abs(pixels[at + 2]! - background[at + 2]!),
    );
    differences[index] = difference;
    if (difference <= threshold) continue;
    marks[index] = 1;
    changed += 1;
  }
  if (changed > mostChanged * count) return undefined;
  return findRegions(smooth(marks, size), differences, size, leastShare * count).map((region) => {
    const mean = region.strength / region.area;
    return { region, confidence: mean / (mean + threshold) };
  });
}
