import { binAt, pixelAt, type Appearance, type Picture } from './compare.ts';
import { countColors, findTolerance, meanColor, type Offset } from './colors.ts';
import type { Placement, Segment } from './segment.ts';

/** Mean of `belongs` over an object: of a part of the background it is one half, of the sample's shapes 0.66 and more. */
const leastDistinct = 0.6;

/** By how much a video is scaled down to the picture. */
export interface Factor {
  x: number;
  y: number;
}

/** Points that are compared; more are not more exact. */
const maxInside = 300;
const maxAround = 300;

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
    isDistinct: weight.reduce((sum, share) => sum + share, 0) >= leastDistinct * weight.length,
  };
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
