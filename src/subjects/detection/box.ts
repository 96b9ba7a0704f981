import { z } from 'zod';
import { group, share } from '../../jobs/input-fields.ts';
import type { Box } from './table.ts';

export type { Box } from './table.ts';

/** How far a side may be outside of the frame by rounding, in shares of the frame. */
const tolerance = 0.01;
/** What adding two shares may be off. */
const epsilon = 1e-9;

/** A box in the input of a job: within the frame, and not empty. */
export const box = group(
  'Box',
  'A rectangle in a frame, in shares of the frame’s width and height, from its top left corner.',
  z
    .object({
      x: share('Its left side, from 0 to 1.'),
      y: share('Its upper side, from 0 to 1.'),
      width: share('Its width, above 0, up to 1.'),
      height: share('Its height, above 0, up to 1.'),
    })
    .refine(({ width, height }) => width > 0 && height > 0, 'Must have a width and a height.')
    .refine(
      ({ x, y, width, height }) => x + width <= 1 + epsilon && y + height <= 1 + epsilon,
      'Must lie within the frame: x + width and y + height are at most 1.',
    ),
);

/**
 * The part of a box that is within the frame; its width or height is 0 if that is nothing. Undefined if it reaches further
 * beyond the frame than rounding explains.
 */
export function clampBox({ x, y, width, height }: Box): Box | undefined {
  const sides = [x, y, x + width, y + height];
  if (width < 0 || height < 0) return undefined;
  if (sides.some((side) => side < -tolerance || side > 1 + tolerance)) return undefined;
  const [left, top, right, bottom] = [clamp(x), clamp(y), clamp(x + width), clamp(y + height)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(side: number): number {
  return Math.min(Math.max(side, 0), 1);
}

/** A box in pixels of a frame of this size. */
export function toPixels(box: Box, size: { width: number; height: number }): Box {
  return {
    x: box.x * size.width,
    y: box.y * size.height,
    width: box.width * size.width,
    height: box.height * size.height,
  };
}
