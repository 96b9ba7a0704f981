import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import {
  answerAs,
  harbour,
  readTracking,
  registerSimulated,
  sendTracking,
  trackPath,
  toShares,
} from './use-tracking.ts';

expectNoLeaks();

const { app, model } = useTestApp('external');

const send = (input: object) => sendTracking(app.graphql, input);

describe('with a detection', () => {
  const inFrame = (frame: number) => harbour.objects.map((place) => place(frame)!);

  /** Detects both objects in frames 50 and 60, the second more surely, and nothing in frame 40. */
  async function detect(videoId: string): Promise<string> {
    model.answer('/api/detection/detect', () => ({
      json: {
        id: 'a',
        video_id: videoId,
        query: 'tug. person',
        frames: [40, 50, 60].map((frame_number) => ({
          frame_number,
          timestamp: frame_number / 50,
          detections: (frame_number === 40 ? [] : inFrame(frame_number)).map((place, index) => ({
            label: ['Tug', 'person'][index],
            bounding_box: toShares(place, harbour),
            confidence: 0.5 + 0.2 * index,
            track_id: null,
          })),
        })),
        total_detections: 4,
        processing_time: 1,
      },
    }));
    const { id } = await startJob(app.graphql, 'detectObjects', {
      videoId,
      query: 'tug. person',
      frames: { numbers: [40, 50, 60] },
    });
    await followJob(app.graphql, 'sse', id);
    const { job } = await app.graphql.request(
      'query ($id: ID!) { job(id: $id) { ... on ObjectDetectionJob { result { id } } } }',
      { id },
    );
    return job.result.id;
  }

  async function track(input: object) {
    model.answer(trackPath, answerAs(harbour));
    const { id } = await startJob(app.graphql, 'trackObjects', input);
    await followJob(app.graphql, 'sse', id);
    const fields = 'firstFrame framesProcessed tracks { label frameCount }';
    return readTracking(app, await readJob(app.graphql, id), fields);
  }

  test('its objects are tracked from their frame on', async () => {
    const videoId = await registerSimulated(app.graphql, harbour);
    const detectionId = await detect(videoId);
    expect(await track({ videoId, detection: { detectionId } })).toEqual({
      firstFrame: 50,
      framesProcessed: 450,
      tracks: [
        { label: 'person', frameCount: 435 },
        { label: 'Tug', frameCount: 450 },
      ],
    });
    const detection = { detectionId, labels: ['TUG'], minConfidence: 0.4 };
    const range = { startSeconds: 1.1, endSeconds: 1.4, every: 2 };
    expect(await track({ videoId, detection, ...range })).toEqual({
      firstFrame: 60,
      framesProcessed: 6,
      tracks: [{ label: 'Tug', frameCount: 6 }],
    });
  });

  test('what it does not have is refused', async () => {
    const videoId = await registerSimulated(app.graphql, harbour);
    const detectionId = await detect(videoId);
    const other = await registerSimulated(app.graphql, harbour);
    const refusals = [
      [{ detection: { detectionId, minConfidence: 0.9 } }, ['detection'], /no object that matches/],
      [{ detection: { detectionId, labels: ['cat'] } }, ['detection'], /no object that matches/],
      [{ detection: { detectionId }, startSeconds: 5 }, ['detection'], /no object that matches/],
      [{ detection: { detectionId }, endSeconds: 0.9 }, ['endSeconds'], /before frame 50/],
      [{ detection: { detectionId, labels: [] } }, ['detection', 'labels'], /at least one label/],
      [
        { videoId: other, detection: { detectionId } },
        ['detection', 'detectionId'],
        /a detection of this video/,
      ],
    ] as const;
    for (const [input, path, message] of refusals) {
      expect(await send({ videoId, ...input })).toMatchObject({
        issues: [{ path: ['input', ...path], message: expect.stringMatching(message) }],
      });
    }
    const none = { detectionId: '0198a1f0-0000-7000-8000-000000000000' };
    expect(await send({ videoId, detection: none })).toMatchObject({
      __typename: 'NotFoundError',
    });
  });
});
