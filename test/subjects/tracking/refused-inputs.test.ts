import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import {
  answerAs,
  harbour,
  readTracking,
  registerSimulated,
  trackPath,
  toShares,
} from './use-tracking.ts';

expectNoLeaks();

const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
const object = { label: 'tug', box };
const objects = [object];

const { app, model } = useTestApp('external');

async function send(input: object) {
  const data = await app.graphql.request(
    `mutation ($input: TrackObjectsInput!) { trackObjects(input: $input) {
        __typename ... on Error { message } ... on ValidationError { issues { path message } } } }`,
    { input },
  );
  return data['trackObjects'];
}

test.each([
  [{}, 'objects', 'Must have either `objects` or `detection`.'],
  [
    { objects, detection: { detectionId: 'a' } },
    'objects',
    'Must have either `objects` or `detection`.',
  ],
  [{ objects: [] }, 'objects', 'Must have at least one object.'],
  [
    { objects: Array.from({ length: 21 }, () => object) },
    'objects',
    'Must have at most 20 objects.',
  ],
  [{ objects: [{ ...object, label: ' ' }] }, 'objects.0.label', 'Must not be empty.'],
  [
    { objects: [object, { ...object, box: { ...box, x: 0.9 } }] },
    'objects.1.box',
    'Must lie within the frame: x + width and y + height are at most 1.',
  ],
  [
    { objects: [{ ...object, box: { ...box, width: 0 } }] },
    'objects.0.box',
    'Must have a width and a height.',
  ],
  [{ objects, every: 0 }, 'every', 'Must be a whole number from 1 to 30.'],
  [{ objects, every: 31 }, 'every', 'Must be a whole number from 1 to 30.'],
  [{ objects, maxKeyframes: 1 }, 'maxKeyframes', 'Must be a whole number from 2 to 1000.'],
  [{ objects, confidenceThreshold: 1.1 }, 'confidenceThreshold', 'Must be a number from 0 to 1.'],
  [{ objects, startSeconds: 3, endSeconds: 2 }, 'endSeconds', 'Must not be before `startSeconds`.'],
  [
    { objects, startSeconds: 10 },
    'startSeconds',
    'Has no frame from here to `endSeconds`: the video is 10 s long.',
  ],
])('%j is refused', async (input, path, message) => {
  const videoId = await registerSimulated(app.graphql, harbour);
  expect(await send({ videoId, ...input })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['input', ...path.split('.')], message }],
  });
});

test('a video of which too little is known is refused, with what to say of it', async () => {
  const { registerVideo } = await app.graphql.request(
    `mutation { registerVideo(input: { title: "A", path: "unknown.mp4", width: 640 }) {
        ... on RegisterVideoPayload { video { id } } } }`,
  );
  const answer = await send({ videoId: registerVideo.video.id, objects });
  expect(answer.issues).toEqual([
    {
      path: ['input', 'videoId'],
      message: expect.stringMatching(/`height`, `frameRate`, `durationSeconds`/),
    },
  ]);
});

test('a video that is too long, or too large, is refused, and by how much', async () => {
  const long = await registerSimulated(app.graphql, { ...harbour, frames: 20_001 });
  expect((await send({ videoId: long, objects })).issues).toEqual([
    {
      path: ['input', 'endSeconds'],
      message:
        'Has 20001 frames to track in, and the maximum is 20000. Take a shorter range, or a greater `every`.',
    },
  ]);
  expect(await send({ videoId: long, objects, every: 2 })).toMatchObject({
    __typename: 'TrackObjectsPayload',
  });
  const large = { ...harbour, width: 3840, height: 2160 };
  const videoId = await registerSimulated(app.graphql, large);
  const seven = Array.from({ length: 7 }, () => object);
  expect((await send({ videoId, objects: seven })).issues).toEqual([
    {
      path: ['input', 'objects'],
      message: 'Must have at most 6 objects in a video of 3840 × 2160 pixels.',
    },
  ]);
  const vast = { ...harbour, width: 10_000, height: 10_000 };
  const vastId = await registerSimulated(app.graphql, vast);
  expect((await send({ videoId: vastId, objects })).issues).toEqual([
    {
      path: ['input', 'videoId'],
      message: 'Has frames of 10000 × 10000 pixels, which are too large to track in.',
    },
  ]);
});

test('a video that has no name for the model service is refused, with what to do', async () => {
  const videoId = await registerSimulated(app.graphql, harbour, {
    id: 'no name',
    path: 'news/no name.mp4',
  });
  expect((await send({ videoId, objects })).issues).toEqual([
    { path: ['input', 'videoId'], message: expect.stringContaining('letters, digits') },
  ]);
});

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
