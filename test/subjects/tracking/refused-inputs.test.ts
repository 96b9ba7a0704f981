import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { harbour, registerSimulated, sendTracking } from './use-tracking.ts';

expectNoLeaks();

const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
const object = { label: 'tug', box };
const objects = [object];

const { app } = useTestApp('external');

const send = (input: object) => sendTracking(app.graphql, input);

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
