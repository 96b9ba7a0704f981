import {
  binAt,
  countColors,
  findTolerance,
  meanColor,
  pixelAt,
  type Offset,
  type Picture,
} from './colors.ts';
import type { Placement, Segment } from './segment.ts';

/** By how much a video is scaled down to the picture. */
export interface Factor {
  x: number;
  y: number;
}

/** Points of an object and of what surrounds it, as offsets from its middle at scale 1, in pixels of the picture. */
export interface Appearance {
  inside: { dx: Float32Array; dy: Float32Array; weight: Float32Array; color: Float32Array };
  around: { dx: Float32Array; dy: Float32Array };
  /** Colors that differ by so much in the mean of their channels have nothing in common. */
  tolerance: number;
  /** For each color, how much it belongs to the object rather than to its surroundings, 0 to 1. */
  belongs: Float32Array;
}

/** Points that are compared; more are not more exact. */
const maxInside = 300;
const maxAround = 300;
/** Points around it that look like the object count against a place by so much. */
const aroundWeight = 0.6;
/** Share of the new color at which the appearance changes with the light. */
const learningRate = 0.04;

/** Learns what a segment looks like; `placement` is in pixels of the picture. */
export function learnAppearance(
  picture: Picture,
  segment: Segment,
  placement: Placement,
  factor: Factor,
): Appearance {
  const half = { x: (segment.width * factor.x) / 2, y: (segment.height * factor.y) / 2 };
  const isMarked = (dx: number, dy: number) => {
    const column = Math.floor((dx + half.x) / factor.x);
    const row = (dy + half.y) / factor.y;
    const runs = segment.columns[column] ?? [];
    for (let index = 0; index < runs.length; index += 2)
      if (row >= runs[index]! && row < runs[index + 1]!) return true;
    return false;
  };
  const inside = spread(half, maxInside).filter(([dx, dy]) => isMarked(dx, dy));
  const margin = { x: half.x + Math.max(3, half.x * 0.4), y: half.y + Math.max(3, half.y * 0.4) };
  const around = spread(margin, maxAround * 2).filter(
    ([dx, dy]) => Math.abs(dx) > half.x + 1 || Math.abs(dy) > half.y + 1 || !isMarked(dx, dy),
  );
  const points = inside.length > 0 ? inside : [[0, 0] as const];
  const belongs = countColors(picture, placement, points, around);
  const color = new Float32Array(points.length * 3);
  const weight = new Float32Array(points.length);
  for (const [index, [dx, dy]] of points.entries()) {
    const at = pixelAt(picture, placement.x + dx, placement.y + dy);
    if (at < 0) continue;
    for (let channel = 0; channel < 3; channel += 1)
      color[index * 3 + channel] = picture.pixels[at + channel]!;
    // A box drawn around an object holds corners of its surroundings, which must not be followed.
    weight[index] = Math.max(0.05, belongs[binAt(picture, at)]!);
  }
  const ring = around.filter(([dx, dy]) => {
    const at = pixelAt(picture, placement.x + dx, placement.y + dy);
    return at < 0 || belongs[binAt(picture, at)]! < 0.3;
  });
  return {
    inside: { ...toOffsets(points), weight, color },
    around: toOffsets(ring),
    tolerance: findTolerance({ color, weight }, meanColor(picture, placement, around)),
    belongs,
  };
}

export interface Match {
  /** Share of the object that is seen there, less what of its surroundings looks like it; at most 1. */
  score: number;
  /** Share of the object that is within the picture, 0 to 1. */
  within: number;
}

/** Compares a place with the appearance; every `stride`-th point alone, for a first look. */
export function compare(
  picture: Picture,
  { inside, around, belongs, tolerance }: Appearance,
  { x, y, scale }: Placement,
  stride = 1,
): Match {
  const { dx, dy, weight, color } = inside;
  const { pixels } = picture;
  let matched = 0;
  let seen = 0;
  let all = 0;
  for (let index = 0; index < dx.length; index += stride) {
    all += weight[index]!;
    const at = pixelAt(picture, x + dx[index]! * scale, y + dy[index]! * scale);
    if (at < 0) continue;
    seen += weight[index]!;
    const difference =
      Math.abs(pixels[at]! - color[index * 3]!) +
      Math.abs(pixels[at + 1]! - color[index * 3 + 1]!) +
      Math.abs(pixels[at + 2]! - color[index * 3 + 2]!);
    if (difference < 3 * tolerance)
      matched += weight[index]! * (1 - (difference / (3 * tolerance)) ** 2);
  }
  let alike = 0;
  let compared = 0;
  for (let index = 0; index < around.dx.length; index += stride) {
    const at = pixelAt(picture, x + around.dx[index]! * scale, y + around.dy[index]! * scale);
    if (at < 0) continue;
    compared += 1;
    alike += Math.max(0, belongs[binAt(picture, at)]! - 0.5) * 2;
  }
  const penalty = compared === 0 ? 0 : (aroundWeight * alike) / compared;
  return { score: seen === 0 ? 0 : matched / seen - penalty, within: seen / all };
}

/** Takes over how the points that still match look now. */
export function adapt(
  picture: Picture,
  { inside, tolerance }: Appearance,
  { x, y, scale }: Placement,
): void {
  const { dx, dy, color } = inside;
  for (let index = 0; index < dx.length; index += 1) {
    const at = pixelAt(picture, x + dx[index]! * scale, y + dy[index]! * scale);
    if (at < 0) continue;
    for (let channel = 0; channel < 3; channel += 1) {
      const change = picture.pixels[at + channel]! - color[index * 3 + channel]!;
      if (Math.abs(change) < tolerance) color[index * 3 + channel]! += change * learningRate;
    }
  }
}

/** About so many points, evenly over a box around 0. */
function spread(half: { x: number; y: number }, count: number): Offset[] {
  const step = Math.max(1, Math.sqrt((4 * half.x * half.y) / count));
  const columns = Math.max(1, Math.round((2 * half.x) / step));
  const rows = Math.max(1, Math.round((2 * half.y) / step));
  return Array.from({ length: columns * rows }, (_, index) => [
    (((index % columns) + 0.5) / columns) * 2 * half.x - half.x,
    ((Math.floor(index / columns) + 0.5) / rows) * 2 * half.y - half.y,
  ]);
}

function toOffsets(points: readonly Offset[]) {
  return {
    dx: Float32Array.from(points, ([dx]) => dx),
    dy: Float32Array.from(points, ([, dy]) => dy),
  };
}
