import type { PixelBox } from './run-length.ts';

/** An object in one frame. */
export interface FoundObject {
  box: PixelBox;
  /** 0 to 1. */
  confidence: number;
  occluded: boolean;
}

/**
 * Bytes of one frame: x, y, width and height of the box and its confidence in 16 bits each, and what was found in 8. Videos of
 * more pixels a side cannot be registered.
 */
export const recordBytes = 11;

/** Confidences are kept to four decimals. */
const confidenceScale = 10_000;

const notFound = 0;
const found = 1;
const foundOccluded = 2;

/** Writes what was found in the frame at this index; a record of zeros is a frame in which the object was not found. */
export function writeRecord(records: Buffer, index: number, object: FoundObject): void {
  const { box, confidence, occluded } = object;
  const values = [box.x, box.y, box.width, box.height, Math.round(confidence * confidenceScale)];
  for (const [field, value] of values.entries()) {
    records.writeUInt16LE(value, index * recordBytes + 2 * field);
  }
  records.writeUInt8(occluded ? foundOccluded : found, index * recordBytes + 10);
}

/** Undefined if the object was not found in that frame. */
export function readRecord(records: Buffer, index: number): FoundObject | undefined {
  const at = index * recordBytes;
  const kind = records.readUInt8(at + 10);
  if (kind === notFound) return undefined;
  const [x, y, width, height, confidence] = [0, 2, 4, 6, 8].map((offset) =>
    records.readUInt16LE(at + offset),
  ) as [number, number, number, number, number];
  return {
    box: { x, y, width, height },
    confidence: confidence / confidenceScale,
    occluded: kind === foundOccluded,
  };
}

export function createRecords(count: number): Buffer {
  return Buffer.alloc(count * recordBytes);
}

/** The records from `start` to `end`, exclusive; they share the memory. */
export function sliceRecords(records: Buffer, start: number, end: number): Buffer {
  return records.subarray(start * recordBytes, end * recordBytes);
}

export function countRecords(records: Buffer): number {
  return records.length / recordBytes;
}
