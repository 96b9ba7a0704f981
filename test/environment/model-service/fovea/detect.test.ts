import { expect, test } from 'vitest';
import { createDetect } from './detect.ts';

const tug = { label: 'tug', x: 0.5, y: 0.5, width: 0.25, height: 0.25, confidence: 0.6 };
const videos = {
  '/videos/talk.mp4': { frameCount: 9, frameRate: 25, damaged: [3], objects: () => [tug] },
};
const detect = createDetect({ videos });
const request = { video_id: 'talk', query: 'tug. car.' };

function numbersOf({ body }: ReturnType<typeof detect>): number[] {
  const { frames } = body as { frames: { frame_number: number }[] };
  return frames.map(({ frame_number }) => frame_number);
}

test('an empty list of frames means three of them', () => {
  expect(numbersOf(detect(request))).toEqual([0, 4, 8]);
  expect(numbersOf(detect({ ...request, frame_numbers: [] }))).toEqual([0, 4, 8]);
});

test('frames that cannot be read are left out without a word', () => {
  const answer = detect({ ...request, frame_numbers: [9, 3, 2, -1] });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      frames: [
        {
          frame_number: 2,
          timestamp: 0.08,
          detections: [
            {
              label: 'tug',
              bounding_box: { x: 0.5, y: 0.5, width: 0.25, height: 0.25 },
              confidence: 0.6,
              track_id: null,
            },
          ],
        },
      ],
      total_detections: 1,
    },
  });
});

test('classes are divided by points alone, and the threshold holds', () => {
  const count = (changes: object) => detect({ ...request, ...changes }).body;
  expect(count({ query: 'tug, car' })).toMatchObject({ total_detections: 0 });
  expect(count({ query: ' car . tug ' })).toMatchObject({ total_detections: 3 });
  expect(count({ confidence_threshold: 0.61 })).toMatchObject({ total_detections: 0 });
});

test.each([
  ['an unknown field', { model_id: 'owl' }, ['body', 'model_id'], 'extra_forbidden'],
  ['a number in a text', { confidence_threshold: '0.5' }, ['body', 'confidence_threshold']],
  ['a fraction of a frame', { frame_numbers: [0.5] }, ['body', 'frame_numbers', 0]],
  ['a query of spaces', { query: '  ' }, ['body', 'query']],
  ['no query', { query: undefined }, ['body', 'query'], 'missing'],
])('%s is refused', (_what, changes, loc, type = expect.any(String)) => {
  expect(detect({ ...request, ...changes })).toMatchObject({
    status: 422,
    body: { detail: [{ loc, type, msg: expect.any(String) }] },
  });
});

test('a file that does not exist is an answer without frames, or an error in later releases', () => {
  const missing = { ...request, video_path: '/videos/none.mp4' };
  expect(detect(missing)).toMatchObject({ status: 200, body: { frames: [] } });
  expect(createDetect({ videos, missesFiles: true })(missing).status).toBe(500);
  expect(detect({ ...request, video_id: 'none' })).toEqual({
    status: 404,
    body: { detail: 'Video not found: none' },
  });
});
