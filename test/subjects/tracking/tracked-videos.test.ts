import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import type { FakeHandler } from '../../environment/model-service/send-answer.ts';
import {
  answerAs,
  harbour,
  objectsOf,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
  listAsked,
  spanOf,
} from './use-tracking.ts';

expectNoLeaks();

const { app, model } = useTestApp('external', { env: { OBJECT_TRACKING_BACKOFF_MS: '10' } });

test('a range and a step are what is tracked', async () => {
  model.answer(trackPath, answerAs(harbour));
  const videoId = await registerSimulated(app.graphql, harbour);
  const range = { startSeconds: 2, endSeconds: 4, every: 3 };
  const objects = objectsOf(harbour, 100);
  const calls = model.calls.length;
  const job = await runTracking(app, { videoId, objects, ...range });
  expect(listAsked(model, calls).map(spanOf)).toEqual([[100, 199]]);
  const fields = 'firstFrame every framesProcessed tracks { lastFrame }';
  expect(await readTracking(app, job, fields)).toEqual({
    firstFrame: 100,
    every: 3,
    framesProcessed: 34,
    tracks: [{ lastFrame: 199 }, { lastFrame: 187 }],
  });
});

test('a video that ends earlier than it was registered is tracked to its end', async () => {
  model.answer(trackPath, answerAs({ ...harbour, frames: 350 }));
  const videoId = await registerSimulated(app.graphql, harbour);
  const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
  expect(await readTracking(app, job, 'framesProcessed')).toEqual({ framesProcessed: 350 });
  expect(job['logs']).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      message: 'The video ended after frame 349, 150 frames early.',
    }),
  );
});

test('a frame rate that the model service does not see is warned of', async () => {
  model.answer(trackPath, answerAs({ ...harbour, frameRate: 25 }));
  const videoId = await registerSimulated(app.graphql, harbour);
  const job = await runTracking(app, { videoId, objects: objectsOf(harbour), endSeconds: 1 });
  expect(job).toMatchObject({ state: 'COMPLETED' });
  expect(job['logs'].map(({ message }: { message: string }) => message)).toEqual([
    'The model service has frame 50 at 2.00 s. With 50 frames a second, as the video is registered, it is at 1.00 s.',
  ]);
});

test.each([
  [
    'a video of another size',
    answerAs({ ...harbour, width: 640, height: 360 }),
    ['INVALID_INPUT', 'The video has 640 × 360 pixels, which is not what it is registered with.'],
  ],
  [
    'a video that is turned',
    answerAs({ ...harbour, width: 180, height: 320 }),
    ['INVALID_INPUT', 'The video has 180 × 320 pixels, but is registered with 320 × 180.'],
  ],
  [
    'a video that is not there',
    () => ({ status: 404, json: { detail: 'Video not found: tracked' } }),
    ['INVALID_INPUT', expect.stringContaining('Video not found')],
  ],
  [
    'a model that refuses',
    () => ({ status: 400, json: { detail: 'Tracking failed: no objects' } }),
    ['MODEL_REJECTED', expect.stringContaining('Tracking failed')],
  ],
  [
    'no frame at all',
    () => ({ status: 400, json: { detail: 'No valid frames to process' } }),
    ['MODEL_REJECTED', expect.stringContaining('No valid frames to process')],
  ],
] satisfies [string, FakeHandler, unknown[]][])(
  '%s fails without a second attempt',
  async (_what, answer, [code, message]) => {
    model.answer(trackPath, answer);
    const videoId = await registerSimulated(app.graphql, harbour);
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    expect(job).toMatchObject({ state: 'FAILED', attempt: 1, error: { code, message } });
  },
);

test('a file directly in the media folder goes by its name, and any other by its id', async () => {
  model.answer(trackPath, answerAs(harbour));
  const ask = async (given: { id?: string; path: string }) => {
    const videoId = await registerSimulated(app.graphql, harbour, given);
    const calls = model.calls.length;
    const objects = objectsOf(harbour);
    const job = await runTracking(app, { videoId, objects, endSeconds: 0.1 });
    expect(job).toMatchObject({ state: 'COMPLETED' });
    return listAsked(model, calls)[0]!.video_id;
  };
  expect(await ask({ id: 'from-fovea-1', path: 'talk_a.mp4' })).toBe('talk_a');
  expect(await ask({ id: 'from-fovea-2', path: 'news/a.mp4' })).toBe('from-fovea-2');
  expect(await ask({ id: 'from-fovea-3', path: 'Two words a.mp4' })).toBe('from-fovea-3');
  expect(await ask({ path: 'archive-a.tar.mp4', id: 'from-fovea-4' })).toBe('from-fovea-4');
});
