import { binAt, colorBits, pixelAt, type Picture } from './compare.ts';

/** A point of an object, as its offset from the middle. */
export type Offset = readonly [dx: number, dy: number];

/** The middle of an object in a picture. */
interface Middle {
  x: number;
  y: number;
}

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
    const counts = new Float32Array(1 << (3 * colorBits));
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
