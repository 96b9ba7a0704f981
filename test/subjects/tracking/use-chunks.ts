import { readRecord } from '../../../src/subjects/tracking/frame-records.ts';
import { encodeMask } from '../../../src/subjects/tracking/masks.ts';
import type { LastSeen } from '../../../src/subjects/tracking/table.ts';
import { readChunk, toObjectId } from '../../../src/subjects/tracking/read-chunk.ts';
import type { PixelBox } from '../../../src/subjects/tracking/run-length.ts';
import { resumeState, trackChunks } from '../../../src/subjects/tracking/track-chunks.ts';
import type { TrackedStep } from '../../../src/subjects/tracking/track-chunks.ts';
import { trackObjects } from '../../../src/subjects/tracking/wire.ts';
import { createTrackRoute } from '../../environment/model-service/fovea/track.ts';
import type { SimulatedVideo } from '../../environment/model-service/fovea/track.ts';

export const size = { width: 320, height: 180 };

/** Moves right by a third of a pixel a frame, and is gone in some frames. */
export function move(y: number, gaps: readonly [number, number][] = []) {
  return (frame: number): PixelBox | undefined =>
    gaps.some(([from, to]) => frame >= from && frame <= to)
      ? undefined
      : { x: 10 + Math.floor(frame / 3), y, width: 30, height: 20 };
}

export const video: SimulatedVideo = {
  ...size,
  frameRate: 30,
  frames: 650,
  objects: [move(20), move(120)],
};
export const begun: LastSeen[] = [20, 120].map((y) => ({
  box: { x: 10 / 320, y: y / 180, width: 30 / 320, height: 20 / 180 },
}));

/** Calls the stand-in as the job calls the model service. */
export function createCalls(simulated: SimulatedVideo, { release }: { release?: '8e4a352' } = {}) {
  const route = createTrackRoute({ videos: { clip: simulated }, ...(release && { release }) });
  const asked: number[][] = [];
  const kept: TrackedStep[] = [];
  return {
    asked,
    kept,
    track: async (frameNumbers: number[], seen: readonly LastSeen[]) => {
      asked.push(frameNumbers);
      const { status, body } = route({
        video_id: 'clip',
        initial_masks: seen.map((it) => encodeMask(it, size)),
        object_ids: seen.map((_it, index) => toObjectId(index)),
        frame_numbers: frameNumbers,
      });
      if (status === 400) return undefined;
      const answer = trackObjects.response.parse(body);
      return readChunk(answer, { frameNumbers, seen, size, confidenceThreshold: 0 });
    },
    keep: async (step: TrackedStep) => void kept.push(structuredClone(step)),
  };
}

export async function trackAll(simulated: SimulatedVideo, count: number, every = 1) {
  const plan = { first: 0, every, count };
  const calls = createCalls(simulated);
  const state = resumeState(plan, begun, []);
  await trackChunks(plan, size, state, calls);
  return { state, ...calls };
}

export function boxesOf(records: Buffer, count: number) {
  return Array.from({ length: count }, (_, place) => readRecord(records, place)?.box);
}
