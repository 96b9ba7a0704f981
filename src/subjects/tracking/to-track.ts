import {
  countRecords,
  createRecords,
  readRecord,
  recordBytes,
  sliceRecords,
} from './frame-records.ts';
import { chooseKeyframes, listRanges } from './keyframes.ts';
import { frameAt } from './plan-frames.ts';
import type { FramePlan } from './plan-frames.ts';
import type { ImageSize } from './run-length.ts';
import type { VisibilityRange } from './table.ts';

/** A track to store. */
export interface NewTrack {
  label: string;
  confidence: number | null;
  frameCount: number;
  firstFrame: number | null;
  lastFrame: number | null;
  maxError: number;
  keyframes: number[];
  keyframeRecords: Buffer;
  visibility: VisibilityRange[];
  /** The records of all frames. */
  records: Buffer;
}

/** Sums up where an object was in the frames of a plan. */
export function toTrack(
  label: string,
  records: Buffer,
  plan: Pick<FramePlan, 'first' | 'every'>,
  { size, maxKeyframes }: { size: ImageSize; maxKeyframes: number },
): NewTrack {
  const visibility = listRanges(records);
  const visible = visibility.filter((range) => range.visible);
  const frameCount = visible.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const [first, last] = [visible[0]?.start, visible.at(-1)?.end];
  const { places, maxError } = chooseKeyframes(records, visibility, size, maxKeyframes);
  return {
    label,
    confidence: frameCount === 0 ? null : sumConfidence(records) / frameCount,
    frameCount,
    firstFrame: first === undefined ? null : frameAt(plan, first),
    lastFrame: last === undefined ? null : frameAt(plan, last),
    maxError,
    keyframes: places,
    keyframeRecords: pickRecords(records, places),
    visibility,
    records,
  };
}

function sumConfidence(records: Buffer): number {
  let sum = 0;
  for (let place = 0; place < countRecords(records); place += 1) {
    sum += readRecord(records, place)?.confidence ?? 0;
  }
  return sum;
}

function pickRecords(records: Buffer, places: readonly number[]): Buffer {
  const picked = createRecords(places.length);
  for (const [index, place] of places.entries()) {
    sliceRecords(records, place, place + 1).copy(picked, index * recordBytes);
  }
  return picked;
}
