import { badAnswer } from '../../model-service/failures.ts';
import { createRecords, recordBytes, sliceRecords } from './frame-records.ts';
import { chunkLengthOf, frameAt } from './plan-frames.ts';
import type { FramePlan } from './plan-frames.ts';
import type { TrackedChunk } from './read-chunk.ts';
import type { ImageSize } from './run-length.ts';
import type { LastSeen } from './table.ts';

/** What has been tracked so far; as much as its next chunk needs. */
export interface TrackingState {
  /** Frames of the plan that have been tracked. */
  done: number;
  /** Of these, how many the service could not read. */
  unread: number;
  /** For each object, its record in each frame of the plan. */
  records: Buffer[];
  seen: LastSeen[];
}

/** A part of a job's work that is kept until the job is done. */
export interface TrackedStep {
  /** Frames of the plan that have been tracked after it. */
  done: number;
  unread: number;
  /** The records of its frames: all of one object, then of the next. */
  records: Uint8Array;
  seen: LastSeen[];
}

export interface ChunkCalls {
  /** Tracks in these frames; the objects are where they were last in the first of them. Undefined: the video has no such frames. */
  track: (frameNumbers: number[], seen: readonly LastSeen[]) => Promise<TrackedChunk | undefined>;
  /** Stores a step, so that another attempt goes on after it. */
  keep: (step: TrackedStep) => Promise<void>;
}

/** The state in which a job begins, after the steps that earlier attempts have kept. */
export function resumeState(
  plan: FramePlan,
  begun: readonly LastSeen[],
  steps: readonly TrackedStep[],
): TrackingState {
  const records = begun.map(() => createRecords(plan.count));
  const state: TrackingState = { done: 0, unread: 0, records, seen: [...begun] };
  for (const step of steps) addStep(state, step);
  return state;
}

/**
 * Tracks the rest of a plan chunk by chunk. Each chunk begins with the last frame of the one before, which says where each
 * object is. Returns once the plan is done, or the video has no more frames, which `state.done` tells.
 */
export async function trackChunks(
  plan: FramePlan,
  size: ImageSize,
  state: TrackingState,
  { track, keep }: ChunkCalls,
): Promise<void> {
  const chunkLength = chunkLengthOf(size);
  while (state.done < plan.count) {
    const start = Math.max(state.done - 1, 0);
    const end = Math.min(start + chunkLength, plan.count);
    const chunk = await track(listFrames(plan, start, end), state.seen);
    const done = start + (chunk?.length ?? 0);
    // Nothing but the first frame, which is known: the video ends earlier than it was registered.
    if (!chunk || done <= state.done) break;
    const step = toStep(chunk, state.done - start, done);
    await keep(step);
    addStep(state, step);
    if (end === plan.count) break;
  }
  if (state.done === 0) throw badAnswer('has no frames');
}

function listFrames(plan: FramePlan, start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, place) => frameAt(plan, start + place));
}

/** The part of a chunk that is new: all but its first `known` frames. */
function toStep({ records, seen, length, unread }: TrackedChunk, known: number, done: number) {
  const fresh = records.map((ofObject) => sliceRecords(ofObject, known, length));
  return { done, unread, seen, records: Buffer.concat(fresh) };
}

function addStep(state: TrackingState, { done, unread, records, seen }: TrackedStep): void {
  const bytes = (done - state.done) * recordBytes;
  for (const [index, ofObject] of state.records.entries()) {
    const fresh = records.subarray(index * bytes, (index + 1) * bytes);
    ofObject.set(fresh, state.done * recordBytes);
  }
  state.done = done;
  state.unread += unread;
  state.seen = seen;
}
