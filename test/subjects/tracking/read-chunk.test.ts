import { expect, test } from 'vitest';
import { encodeMask } from '../../../src/subjects/tracking/masks.ts';
import { readChunk } from '../../../src/subjects/tracking/read-chunk.ts';
import { resumeState, trackChunks } from '../../../src/subjects/tracking/track-chunks.ts';
import { trackObjects } from '../../../src/subjects/tracking/wire.ts';
import { createTrackRoute } from '../../environment/model-service/fovea/track.ts';
import { begun, boxesOf, createCalls, size, video } from './use-chunks.ts';

const mask = {
  object_id: 1,
  mask_rle: { size: [180, 320] as [number, number], counts: '' },
  confidence: 1,
  is_occluded: false,
};

function readAnswer(changes: object) {
  const answer = { video_id: 'clip', frames: [], video_width: 320, video_height: 180, ...changes };
  const asked = { frameNumbers: [4, 5], seen: begun, size, confidenceThreshold: 0 };
  return readChunk(answer, asked);
}

const frame = (frame_number: number, masks: object[] = []) => ({
  frame_number,
  timestamp: 0,
  masks,
});

test.each([
  ['a frame that was not asked for', { frames: [frame(6)] }],
  ['a frame twice', { frames: [frame(4), frame(4)] }],
  ['frames in another order', { frames: [frame(5), frame(4)] }],
  ['an object that was not asked for', { frames: [frame(4, [{ ...mask, object_id: 3 }])] }],
  ['an object twice', { frames: [frame(4, [mask, mask])] }],
  ['a mask without its pixels', { frames: [frame(4, [mask])] }],
  [
    'a mask of another size',
    { frames: [frame(4, [{ ...mask, mask_rle: { size: [320, 180], counts: '0' } }])] },
  ],
])('%s is a bad answer', async (_what, changes) => {
  await expect(readAnswer(changes)).rejects.toThrow(
    expect.objectContaining({ name: 'JobFailure', code: 'MODEL_BAD_RESPONSE' }),
  );
});

test('a video that is turned is told apart, and its true size is told', async () => {
  await expect(readAnswer({ video_width: 180, video_height: 320 })).rejects.toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      message: 'The video has 180 × 320 pixels, but is registered with 320 × 180.',
    }),
  );
});

test('an empty mask is an object that was not found', async () => {
  const route = createTrackRoute({ videos: { clip: video }, usesPlaceholders: true });
  const { body } = route({
    video_id: 'clip',
    initial_masks: [
      Buffer.alloc(320 * 180)
        .fill(1, 0, 1)
        .toString('base64'),
    ],
    object_ids: [1],
    frame_numbers: [0, 1],
  });
  const seen = [begun[0]!];
  const answer = trackObjects.response.parse(body);
  expect(answer.frames[0]!.masks).toMatchObject([{ mask_rle: { size: [0, 0] } }]);
  const chunk = await readChunk(answer, {
    frameNumbers: [0, 1],
    seen,
    size,
    confidenceThreshold: 0,
  });
  expect(boxesOf(chunk.records[0]!, 2)).toEqual([undefined, undefined]);
  expect(chunk.seen).toEqual(seen);
});

test('a frame of less confidence than asked is one in which the object was not found', async () => {
  const plan = { first: 0, every: 1, count: 30 };
  const jump = (frame: number) => ({ x: frame < 10 ? 10 : 22, y: 20, width: 30, height: 20 });
  const simulated = { ...video, objects: [jump] };
  const calls = createCalls(simulated);
  const route = createTrackRoute({ videos: { clip: simulated } });
  const state = resumeState(plan, [begun[0]!], []);
  await trackChunks(plan, size, state, {
    ...calls,
    track: async (frameNumbers, seen) => {
      const { body } = route({
        video_id: 'clip',
        initial_masks: seen.map((it) => encodeMask(it, size)),
        object_ids: [1],
        frame_numbers: frameNumbers,
      });
      const answer = trackObjects.response.parse(body);
      return readChunk(answer, { frameNumbers, seen, size, confidenceThreshold: 0.5 });
    },
  });
  const lost = boxesOf(state.records[0]!, 30).flatMap((box, place) => (box ? [] : [place]));
  expect(lost).toEqual([10]);
});
