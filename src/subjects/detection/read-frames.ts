import { badAnswer } from '../../model-service/failures.ts';
import { clampBox } from './box.ts';
import { maxLabels } from './queries.ts';
import type { DetectedFrame, Detection, LabelCount } from './table.ts';
import type { DetectResponse } from './wire.ts';

/** Detections of a frame that are kept, the most confident ones. Detectors find at most 300, by default. */
const maxPerFrame = 300;
/** What a threshold may be off in the service's single precision. */
const epsilon = 1e-6;

export interface FramesOfAnswer {
  /** In order. */
  frames: DetectedFrame[];
  /** Detections that were left out: of no size, and beyond `maxPerFrame`. */
  empty: number;
  excess: number;
}

/**
 * The frames of an answer to a request for these frames. Throws a JobFailure if there is one that was not requested, one that
 * is there twice, or a box that reaches out of its frame.
 */
export function readFrames(
  { frames }: DetectResponse,
  requested: readonly number[],
  minConfidence: number,
): FramesOfAnswer {
  const missing = new Set(requested);
  const read: FramesOfAnswer = { frames: [], empty: 0, excess: 0 };
  for (const { frame_number: frameNumber, timestamp, detections } of frames) {
    if (!missing.delete(frameNumber)) {
      const how = requested.includes(frameNumber) ? 'twice' : 'that was not requested';
      throw badAnswer(`has frame ${frameNumber} ${how}`);
    }
    const found = detections
      .filter(({ confidence }) => confidence >= minConfidence - epsilon)
      .map((detection) => readDetection(detection, frameNumber));
    const sized = found.filter(({ box }) => box.width > 0 && box.height > 0);
    const kept = sized.toSorted((a, b) => b.confidence - a.confidence).slice(0, maxPerFrame);
    read.empty += found.length - sized.length;
    read.excess += sized.length - kept.length;
    read.frames.push({ frameNumber, timestamp, detections: kept });
  }
  read.frames.sort((a, b) => a.frameNumber - b.frameNumber);
  return read;
}

function readDetection(
  { label, confidence, bounding_box }: DetectResponse['frames'][number]['detections'][number],
  frameNumber: number,
): Detection {
  const box = clampBox(bounding_box);
  if (!box) throw badAnswer(`has a box outside of frame ${frameNumber}`);
  return { label, confidence, box };
}

/** How often each label was found, the most frequent first; of the others beyond `maxLabels`, nothing. */
export function countLabels(frames: readonly DetectedFrame[]): LabelCount[] {
  const counts = new Map<string, number>();
  for (const { label } of frames.flatMap(({ detections }) => detections)) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .toSorted((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, maxLabels);
}
