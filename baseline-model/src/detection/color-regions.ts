import type { Found } from './moving-objects.ts';
import { colorNames, type ColorName } from './query.ts';
import { findRegions, smooth, type Size } from './regions.ts';

/** Where the hue of each color ends, in degrees; red begins again at 345. */
const hueEnds: Readonly<Record<ColorName, number>> = {
  red: 15,
  orange: 40,
  yellow: 70,
  green: 165,
  cyan: 195,
  blue: 255,
  purple: 295,
  pink: 345,
};
/** Below it a pixel is gray, or too dark to have a color. */
const leastSaturation = 0.3;
const leastValue = 50;
/** Smaller regions are left out, as a share of the frame. */
const leastShare = 0.002;

/** Connected regions of each of these colors. The confidence is the mean saturation of their pixels. */
export function findColorRegions(
  pixels: Uint8Array,
  size: Size,
  colors: ReadonlySet<ColorName>,
): (Found & { color: ColorName })[] {
  const count = size.width * size.height;
  const areas = colorNames.map(() => 0);
  const hues = new Int8Array(count);
  const saturations = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const at = index * 3;
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    const isGray = most < leastValue || range < leastSaturation * most;
    const hue = isGray ? -1 : findColor(hueOf(red, green, blue, range));
    hues[index] = hue;
    if (hue >= 0) areas[hue]! += 1;
    saturations[index] = most === 0 ? 0 : (255 * range) / most;
  }
  return [...colors].flatMap((color) => {
    const number = colorNames.indexOf(color);
    if (areas[number]! < leastShare * count) return [];
    const marks = new Uint8Array(count);
    for (let index = 0; index < count; index += 1) marks[index] = hues[index] === number ? 1 : 0;
    const regions = findRegions(smooth(marks, size), saturations, size, leastShare * count);
    return regions.map((region) => ({
      color,
      region,
      confidence: region.strength / region.area / 255,
    }));
  });
}

/** In degrees; `range` is the greatest less the least of the three, above 0. */
function hueOf(red: number, green: number, blue: number, range: number): number {
  const most = Math.max(red, green, blue);
  if (most === red) return (60 * (green - blue)) / range + (green < blue ? 360 : 0);
  if (most === green) return 120 + (60 * (blue - red)) / range;
  return 240 + (60 * (red - green)) / range;
}

function findColor(hue: number): number {
  const index = colorNames.findIndex((name) => hue < hueEnds[name]);
  return index === -1 ? colorNames.indexOf('red') : index;
}
