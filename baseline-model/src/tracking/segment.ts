import { HttpError } from '../http/http-error.ts';

/** The pixels of an object in the first frame, as runs down each column of its box. */
export interface Segment {
  /** Its box in pixels of the video. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Start and end (exclusive) of each run, in rows below `top`; one list for each column from `left`. */
  columns: number[][];
}

/** Where a segment has moved to, in pixels of the video. */
export interface Placement {
  /** Of the middle of its box. */
  x: number;
  y: number;
  /** Of its size in the first frame. */
  scale: number;
}

export interface Rle {
  /** Height and width of the video. */
  size: [number, number];
  counts: string;
}

interface Size {
  width: number;
  height: number;
}

/** A segment of more runs is taken as its box, so that no answer grows beyond bounds. */
const maxRuns = 20_000;

/** Reads a mask of one byte for each pixel; throws HttpError 400 if it has another size or marks nothing. */
export function readMask(text: string, { width, height }: Size, index: number): Segment {
  const mask = Buffer.from(text, 'base64');
  if (mask.length !== width * height) {
    const shape = `(${height},${width})`;
    throw new HttpError(
      400,
      `Invalid mask encoding: cannot reshape array of size ${mask.length} into shape ${shape}`,
    );
  }
  const box = findBox(mask, width, height);
  if (!box) throw new HttpError(400, `Mask ${index} marks no pixel, so there is nothing to follow`);
  const columns = Array.from({ length: box.width }, (_, column) =>
    readColumn(mask, width, { x: box.left + column, top: box.top, height: box.height }),
  );
  const runs = columns.reduce((sum, column) => sum + column.length / 2, 0);
  return runs > maxRuns
    ? { ...box, columns: columns.map(() => [0, box.height]) }
    : { ...box, columns };
}

function findBox(mask: Buffer, width: number, height: number) {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      if (mask[y * width + x] === 0) continue;
      if (top < 0) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function readColumn(
  mask: Buffer,
  width: number,
  { x, top, height }: { x: number; top: number; height: number },
): number[] {
  const runs: number[] = [];
  for (let row = 0; row <= height; row += 1) {
    const isMarked = row < height && mask[(top + row) * width + x] !== 0;
    if (isMarked !== (runs.length % 2 === 1)) runs.push(row);
  }
  return runs;
}

/** Encodes a placed segment as COCO's compressed runs; undefined if no pixel of it is within the frame. */
export function encodeSegment(
  segment: Segment,
  { x, y, scale }: Placement,
  { width, height }: Size,
): Rle | undefined {
  const left = Math.round(x - (segment.width * scale) / 2);
  const right = Math.max(left + 1, Math.round(x + (segment.width * scale) / 2));
  const topOf = (row: number) => Math.round(y + (row - segment.height / 2) * scale);
  const runs = createRuns();
  for (let column = Math.max(0, left); column < Math.min(width, right); column += 1) {
    const source = Math.floor(((column - left + 0.5) / (right - left)) * segment.width);
    const rows = segment.columns[source] ?? [];
    for (let index = 0; index < rows.length; index += 2) {
      const start = Math.max(0, topOf(rows[index]!));
      const end = Math.min(height, Math.max(topOf(rows[index + 1]!), topOf(rows[index]!) + 1));
      if (start < end) runs.mark(column * height + start, column * height + end);
    }
  }
  const counts = runs.end(width * height);
  return counts.length > 1 ? { size: [height, width], counts: encodeCounts(counts) } : undefined;
}

/** Collects marked ranges in order into lengths of runs, which begin with an unmarked one. */
function createRuns() {
  const counts: number[] = [];
  let done = 0;
  return {
    mark: (start: number, end: number) => {
      const from = Math.max(start, done);
      if (end <= from) return;
      if (from === done && counts.length > 0) counts[counts.length - 1]! += end - from;
      else counts.push(from - done, end - from);
      done = end;
    },
    end: (total: number) => (done < total ? [...counts, total - done] : counts),
  };
}

/** COCO's form (maskApi.c): from the fourth on, a run is written as its difference to the one two before it. */
function encodeCounts(counts: readonly number[]): string {
  let text = '';
  for (const [index, count] of counts.entries()) {
    let rest = index > 2 ? count - counts[index - 2]! : count;
    for (let hasMore = true; hasMore;) {
      const bits = rest & 0x1f;
      rest >>= 5;
      hasMore = (bits & 0x10) !== 0 ? rest !== -1 : rest !== 0;
      text += String.fromCharCode((hasMore ? bits | 0x20 : bits) + 48);
    }
  }
  return text;
}
