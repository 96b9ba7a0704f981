/** A connected part of a picture, in pixels. */
export interface Region {
  left: number;
  top: number;
  /** Exclusive. */
  right: number;
  bottom: number;
  area: number;
  /** Sum of the strength of its pixels. */
  strength: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Maximum regions of one frame; the largest are kept. */
const maxRegions = 50;

/** Removes single pixels and fills single holes: a pixel is as most of the nine around it are. */
export function smooth(marks: Uint8Array, { width, height }: Size): Uint8Array {
  const smoothed = new Uint8Array(marks.length);
  for (let y = 1; y < height - 1; y += 1)
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const above = at - width;
      const below = at + width;
      const count =
        marks[above - 1]! +
        marks[above]! +
        marks[above + 1]! +
        marks[at - 1]! +
        marks[at]! +
        marks[at + 1]! +
        marks[below - 1]! +
        marks[below]! +
        marks[below + 1]!;
      smoothed[at] = count >= 5 ? 1 : 0;
    }
  return smoothed;
}

/** The connected regions of marked pixels of at least `leastArea` pixels, the largest first. */
export function findRegions(
  marks: Uint8Array,
  strengths: Uint8Array,
  size: Size,
  leastArea: number,
): Region[] {
  const open = marks.slice();
  const regions: Region[] = [];
  for (let start = 0; start < open.length; start += 1) {
    if (open[start] === 0) continue;
    const region = takeRegion(open, strengths, size, start);
    if (region.area >= leastArea) regions.push(region);
  }
  return regions
    .toSorted((a, b) => b.area - a.area || a.top - b.top || a.left - b.left)
    .slice(0, maxRegions);
}

/** Unmarks all pixels that are connected with the first. */
function takeRegion(
  open: Uint8Array,
  strengths: Uint8Array,
  { width, height }: Size,
  start: number,
): Region {
  const region = { left: width, top: height, right: 0, bottom: 0, area: 0, strength: 0 };
  const stack = [start];
  open[start] = 0;
  const visit = (next: number) => {
    if (open[next] === 0) return;
    open[next] = 0;
    stack.push(next);
  };
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const x = at % width;
    const y = (at - x) / width;
    region.left = Math.min(region.left, x);
    region.right = Math.max(region.right, x + 1);
    region.top = Math.min(region.top, y);
    region.bottom = Math.max(region.bottom, y + 1);
    region.area += 1;
    region.strength += strengths[at]!;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (y > 0) visit(at - width);
    if (y < height - 1) visit(at + width);
  }
  return region;
}
