import { countRecords, readRecord } from './frame-records.ts';
import type { ImageSize } from './run-length.ts';
import type { VisibilityRange } from './table.ts';

export interface Keyframes {
  /** The places of the keyframes, in order. */
  places: number[];
  /** The greatest distance of a side of a box from where it is between its keyframes, in shares of the frame. */
  maxError: number;
}

/** The frames between two keyframes, and the one that is farthest from the straight line between them. */
interface Segment {
  start: number;
  end: number;
  farthest: number;
  error: number;
}

/** Whether an object was found, as ranges of frames, in order and without gaps. */
export function listRanges(records: Buffer): VisibilityRange[] {
  const ranges: VisibilityRange[] = [];
  for (let place = 0; place < countRecords(records); place += 1) {
    const visible = readRecord(records, place) !== undefined;
    const range = ranges.at(-1);
    if (range?.visible === visible) range.end = place;
    else ranges.push({ start: place, end: place, visible });
  }
  return ranges;
}

/**
 * Chooses keyframes between which the box moves in a straight line (Ramer, Douglas and Peucker; the worst segment first).
 * The first and last frame of each visible range is one, even if these are more than `maxKeyframes`. There are fewer if no
 * side is more than half a pixel off.
 */
export function chooseKeyframes(
  records: Buffer,
  ranges: readonly VisibilityRange[],
  size: ImageSize,
  maxKeyframes: number,
): Keyframes {
  const sides = toSides(records, size);
  const visible = ranges.filter((range) => range.visible);
  const places = new Set(visible.flatMap(({ start, end }) => [start, end]));
  const segments = visible.map(({ start, end }) => measure(sides, start, end));
  const tolerance = 0.5 / Math.max(size.width, size.height);
  for (;;) {
    const worst = findWorst(segments);
    const error = segments[worst]?.error ?? 0;
    if (error <= tolerance || places.size >= maxKeyframes) {
      return { places: [...places].toSorted((a, b) => a - b), maxError: error };
    }
    const { start, end, farthest } = segments[worst]!;
    places.add(farthest);
    segments[worst] = measure(sides, start, farthest);
    segments.push(measure(sides, farthest, end));
  }
}

/** Left, top, right and bottom of the box in each frame, in shares. */
function toSides(records: Buffer, { width, height }: ImageSize): Float64Array {
  const sides = new Float64Array(countRecords(records) * 4);
  for (let place = 0; place < countRecords(records); place += 1) {
    const box = readRecord(records, place)?.box;
    if (!box) continue;
    const right = (box.x + box.width) / width;
    const bottom = (box.y + box.height) / height;
    sides.set([box.x / width, box.y / height, right, bottom], place * 4);
  }
  return sides;
}

function measure(sides: Float64Array, start: number, end: number): Segment {
  const segment: Segment = { start, end, farthest: start, error: 0 };
  for (let place = start + 1; place < end; place += 1) {
    const share = (place - start) / (end - start);
    for (let side = 0; side < 4; side += 1) {
      const [from, to] = [sides[start * 4 + side]!, sides[end * 4 + side]!];
      const error = Math.abs(from + (to - from) * share - sides[place * 4 + side]!);
      if (error <= segment.error) continue;
      segment.error = error;
      segment.farthest = place;
    }
  }
  return segment;
}

function findWorst(segments: readonly Segment[]): number {
  let worst = 0;
  for (const [index, { error }] of segments.entries()) {
    if (error > segments[worst]!.error) worst = index;
  }
  return worst;
}
