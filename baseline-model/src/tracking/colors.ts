/** Red, green and blue of each pixel, row by row. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A point of an object, as its offset from the middle. */
export type Offset = readonly [dx: number, dy: number];

/** The middle of an object in a picture. */
interface Middle {
  x: number;
  y: number;
}

/** Bits of each channel by which colors are counted. */
const bits = 3;
/** Bounds of the tolerance, in levels of 255: below is the noise of a video. */
const leastTolerance = 12;
const mostTolerance = 45;
/** The tolerance is this share of how the object differs from its surroundings. */
const toleranceShare = 1;

/** The share of each color inside against around, smoothed, so that a color of neither is undecided. */
export function countColors(
  picture: Picture,
  { x, y }: Middle,
  inside: readonly Offset[],
  around: readonly Offset[],
): Float32Array {
  const count = (points: readonly Offset[]) => {
    const counts = new Float32Array(1 << (3 * bits));
    for (const [dx, dy] of points) {
      const at = pixelAt(picture, x + dx, y + dy);
      if (at >= 0) counts[binAt(picture, at)]! += 1 / points.length;
    }
    return counts;
  };
  const ours = count(inside);
  const others = count(around);
  return ours.map((share, bin) => (share + 0.002) / (share + others[bin]! + 0.004));
}

export function binAt({ pixels }: Picture, at: number): number {
  const shift = 8 - bits;
  const red = pixels[at]! >> shift;
  const green = pixels[at + 1]! >> shift;
  return (((red << bits) | green) << bits) | (pixels[at + 2]! >> shift);
}

/** Index of the first channel of a pixel; -1 outside the picture. */
export function pixelAt({ width, height }: Picture, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return -1;
  return (row * width + column) * 3;
}

/** The less an object differs from its surroundings, the more alike its colors must be. */
export function findTolerance(
  { color, weight }: { color: Float32Array; weight: Float32Array },
  surroundings: readonly number[],
): number {
  let contrast = 0;
  let total = 0;
  for (const [index, share] of weight.entries()) {
    for (let channel = 0; channel < 3; channel += 1)
      contrast += (share * Math.abs(color[index * 3 + channel]! - surroundings[channel]!)) / 3;
    total += share;
  }
  const tolerance = total === 0 ? mostTolerance : (toleranceShare * contrast) / total;
  return Math.min(mostTolerance, Math.max(leastTolerance, tolerance));
}

export function meanColor(picture: Picture, { x, y }: Middle, points: readonly Offset[]): number[] {
  const inside = points.map(([dx, dy]) => pixelAt(picture, x + dx, y + dy)).filter((at) => at >= 0);
  return [0, 1, 2].map(
    (channel) =>
      inside.reduce((sum, at) => sum + picture.pixels[at + channel]!, 0) /
      Math.max(1, inside.length),
  );
}
