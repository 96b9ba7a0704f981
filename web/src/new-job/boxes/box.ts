import type { RawGroup } from '../form/raw.ts';

/** In shares of the frame. */
export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

const round = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * 1e4) / 1e4;

/** The box between two corners, whichever they are, within the frame. */
export function toBox(a: Point, b: Point): Box {
  const x = round(Math.min(a.x, b.x));
  const y = round(Math.min(a.y, b.y));
  const width = round(round(Math.max(a.x, b.x)) - x);
  return { x, y, width, height: round(round(Math.max(a.y, b.y)) - y) };
}

const sides = ['x', 'y', 'width', 'height'] as const;

/** The box of an object, if all of its sides are numbers. */
export function readBox(item: RawGroup): Box | undefined {
  const raw = item['box'] as RawGroup | undefined;
  const values = sides.map((side) => {
    const text = raw?.[side];
    return typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  });
  if (values.some((value) => !(value >= 0 && value <= 1))) return undefined;
  const [x, y, width, height] = values as [number, number, number, number];
  return { x, y, width, height };
}

/** Gives a box to the first object that has none, or to another one. */
export function addBox(items: readonly RawGroup[], box: Box): readonly RawGroup[] {
  const raw = Object.fromEntries(sides.map((side) => [side, String(box[side])]));
  const at = items.findIndex((item) => readBox(item) === undefined);
  if (at < 0) return [...items, { label: '', box: raw }];
  return items.map((item, index) => (index === at ? { ...item, box: raw } : item));
}
