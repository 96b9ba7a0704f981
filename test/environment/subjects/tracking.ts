import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { objectTracking } from '../../../src/subjects/tracking/job.ts';
import { trackObjects } from '../../../src/subjects/tracking/wire.ts';
import { boxOfMask, encodeRectangle } from '../model-service/fovea/coco-mask.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import type { TestSubject } from './test-subject.ts';

const boxes = 'box { x y width height } pixelBox { x y width height }';
const resultFields = `id width height frameRate firstFrame every framesProcessed createdAt
  video { id title path createdAt }
  tracks { index label confidence frameCount firstFrame lastFrame keyframeCount maxError
    keyframes(first: 2) { frameNumber timestamp confidence occluded ${boxes} }
    visibility(first: 2) { startFrame endFrame visible }
    frames(first: 2) { frameNumber timestamp confidence occluded ${boxes} } }`;

export const tracking: TestSubject = {
  job: {
    definition: objectTracking,
    input: { endSeconds: 1 },
    endpoint: fakeEndpoint(trackObjects, answer),
    ids: { job: 'trackingJobId', result: 'trackingId' },
    resultFields,
  },
  actions: {
    objectTracking: [
      {
        circle: 'viewers',
        selection: resultFields,
        variables: ({ trackingId }) => ({ id: trackingId }),
      },
    ],
  },
};

/** Nothing moves, in a video of 16 to 9. */
function answer(request: z.output<typeof trackObjects.request>) {
  const masks = request.initial_masks.map((mask) => Buffer.from(mask, 'base64'));
  const width = Math.sqrt(((masks[0]?.length ?? 144) * 16) / 9);
  const height = (width * 9) / 16;
  const found = masks.map((mask, index) => ({
    object_id: request.object_ids[index],
    mask_rle: encodeRectangle(boxOfMask(mask, width), [height, width]),
    confidence: 0.9,
    is_occluded: false,
  }));
  return {
    id: randomUUID(),
    video_id: request.video_id,
    frames: request.frame_numbers.map((frame_number) => ({
      frame_number,
      timestamp: frame_number / 25,
      masks: found,
      processing_time: 0,
    })),
    video_width: width,
    video_height: height,
    total_frames: request.frame_numbers.length,
    processing_time: 1.2,
    fps: 40,
  };
}
