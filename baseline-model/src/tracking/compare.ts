import type { Placement } from './segment.ts';

/** Red, green and blue of each pixel, row by row. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Points of an object and of what surrounds it, as offsets from its middle at scale 1, in pixels of the picture. */
export interface Appearance {
  inside: { dx: Float32Array; dy: Float32Array; weight: Float32Array; color: Float32Array };
  around: { dx: Float32Array; dy: Float32Array };
  /** Colors that differ by so much in the mean of their channels have nothing in common. */
  tolerance: number;
  /** For each color, how much it belongs to the object rather than to its surroundings, 0 to 1. */
  belongs: Float32Array;
  /** Whether its colors are other than those around it, so that it can be followed. */
  isDistinct: boolean;
}

/** Points around it that look like the object count against a place by so much. */
const aroundWeight = 0.6;
/** Share of the new color at which the appearance changes with the light. */
const learningRate = 0.04;

/** Bits of each channel by which colors are counted. */
export const colorBits = 3;

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

export function binAt({ pixels }: Picture, at: number): number {
  const shift = 8 - colorBits;
  const red = pixels[at]! >> shift;
  const green = pixels[at + 1]! >> shift;
  return (((red << colorBits) | green) << colorBits) | (pixels[at + 2]! >> shift);
}

/** Index of the first channel of a pixel; -1 outside the picture. */
export function pixelAt({ width, height }: Picture, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return -1;
  return (row * width + column) * 3;
}
