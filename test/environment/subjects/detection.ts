import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { objectDetection } from '../../../src/subjects/detection/job.ts';
import { detect } from '../../../src/subjects/detection/wire.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import type { TestSubject } from './test-subject.ts';

const resultFields = `id query width height frameCount unreadFrames detectionCount modelUsed createdAt
  counts { label count } frames { frameNumber timestamp detections { index label confidence
  box { x y width height } pixelBox { x y width height } } } video { id title path createdAt }`;

export const detection: TestSubject = {
  job: {
    definition: objectDetection,
    input: { query: 'tug. person.', frames: { numbers: [0, 25] } },
    endpoint: fakeEndpoint(detect, answer),
    ids: { job: 'detectionJobId', result: 'detectionId' },
    resultFields,
  },
  actions: {
    objectDetection: [
      {
        circle: 'viewers',
        selection: resultFields,
        variables: ({ detectionId }) => ({ id: detectionId }),
      },
    ],
  },
};

/** In each frame one of everything that is looked for, side by side, the first the most confident. */
function answer(request: z.output<typeof detect.request>) {
  const labels = request.query.split('.').flatMap((text) => text.trim() || []);
  const detections = labels.map((label, index) => ({
    label,
    bounding_box: { x: index / labels.length, y: 0.25, width: 0.5 / labels.length, height: 0.5 },
    confidence: 0.9 - index / 100,
    track_id: null,
  }));
  return {
    id: randomUUID(),
    video_id: request.video_id,
    query: request.query,
    frames: request.frame_numbers.map((frame_number) => ({
      frame_number,
      timestamp: frame_number / 25,
      detections,
    })),
    total_detections: request.frame_numbers.length * detections.length,
    processing_time: 1.5,
  };
}
