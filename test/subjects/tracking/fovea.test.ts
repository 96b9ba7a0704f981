import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startFoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import type { FoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import { createTrackRoute } from '../../environment/model-service/fovea/track.ts';
import {
  harbour,
  moveRight,
  objectsOf,
  readFrames,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
} from './use-tracking.ts';

expectNoLeaks();

const videos = {
  harbour,
  other: harbour,
  gaps: { ...harbour, objects: [moveRight(20, [[190, 204]]), moveRight(120)], damaged: [450] },
  turned: { ...harbour, width: 180, height: 320, objects: [] },
};

describe.each(['8e4a352', '0.6'] as const)('with the service of FOVEA as of %s', (release) => {
  let fovea: FoveaService;
  let app: TestApp;
  const opened = new AsyncDisposableStack();

  beforeAll(async () => {
    const stack = opened.use(await createTestStack('embedded'));
    const route = createTrackRoute({ videos, release });
    fovea = opened.use(await startFoveaService({ [trackPath]: route }));
    const env = { MODEL_SERVICE_URL: fovea.url, OBJECT_TRACKING_BACKOFF_MS: '10' };
    app = opened.use(await startTestApp({ stack, env }));
  });

  afterAll(() => opened.disposeAsync());

  test('objects are tracked through a whole video', async () => {
    const videoId = await registerSimulated(app.graphql, harbour, { path: 'harbour.mp4' });
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    const result = await readTracking(app, job);
    expect(fovea.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const [index, place] of harbour.objects.entries()) {
      const frames = await readFrames(app, result['id'], index);
      expect(frames.map(({ pixelBox }) => pixelBox ?? undefined)).toEqual(
        frames.map(({ frameNumber }) => place(frameNumber)),
      );
      expect(frames).toHaveLength(500);
    }
  });

  test('an object that is lost where a chunk ends is found again', async () => {
    const videoId = await registerSimulated(app.graphql, harbour, { path: 'gaps.mp4' });
    const input = { videoId, objects: objectsOf(videos.gaps), endSeconds: 8 };
    const result = await readTracking(app, await runTracking(app, input));
    expect(result['tracks'][0].visibility).toEqual([
      { startFrame: 0, endFrame: 189, visible: true },
      { startFrame: 190, endFrame: 204, visible: false },
      { startFrame: 205, endFrame: 400, visible: true },
    ]);
  });

  test('a frame that cannot be decoded costs itself, or, with the old numbers, the last', async () => {
    const videoId = await registerSimulated(app.graphql, harbour, { path: 'gaps.mp4' });
    const result = await readTracking(
      app,
      await runTracking(app, { videoId, objects: objectsOf(videos.gaps) }),
    );
    expect(result['framesProcessed']).toBe(release === '0.6' ? 500 : 499);
    expect(result['tracks'][1].frameCount).toBe(499);
  });

  test.each([
    ['a video that it does not have', 'none.mp4', harbour, /Video not found: none/],
    [
      'a video that is turned',
      'turned.mp4',
      harbour,
      /180 × 320 pixels, but is registered with 320 × 180/,
    ],
    [
      'a video of another size',
      'other.mp4',
      { ...harbour, width: 640, height: 360 },
      /320 × 180 pixels, which is not what it is registered with/,
    ],
  ])('%s fails once, with the reason', async (_what, path, registered, message) => {
    const videoId = await registerSimulated(app.graphql, registered, { path });
    const job = await runTracking(app, { videoId, objects: objectsOf(registered) });
    const error = { code: 'INVALID_INPUT', message: expect.stringMatching(message) };
    expect(job).toMatchObject({ state: 'FAILED', attempt: 1, error });
  });
});

test('a service whose model cannot be loaded is asked as often as there are attempts', async () => {
  await using stack = await createTestStack('embedded');
  const detail = "Internal server error: 'SAM2VideoPredictor' object has no attribute 'model'";
  await using fovea = await startFoveaService({
    [trackPath]: () => ({ status: 500, body: { detail } }),
  });
  const env = { MODEL_SERVICE_URL: fovea.url, OBJECT_TRACKING_BACKOFF_MS: '10' };
  await using app = await startTestApp({ stack, env });
  const videoId = await registerSimulated(app.graphql, harbour);
  const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
  const error = { code: 'MODEL_UNAVAILABLE', message: 'The model service failed (500).' };
  expect(job).toMatchObject({ state: 'FAILED', attempt: 3, error });
  expect(fovea.calls).toHaveLength(3);
});
