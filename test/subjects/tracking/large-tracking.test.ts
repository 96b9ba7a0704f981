import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { SimulatedVideo } from '../../environment/model-service/fovea/track.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../../environment/programs/tcp-proxy.ts';
import {
  answerAs,
  frameFields,
  objectsOf,
  registerSimulated,
  runTracking,
  trackPath,
  trackingFields,
} from './use-tracking.ts';

expectNoLeaks();

/** Five objects that swing by different periods in 5,000 frames. */
const video: SimulatedVideo = {
  width: 320,
  height: 180,
  frameRate: 25,
  frames: 5_000,
  objects: Array.from({ length: 5 }, (_, index) => (frame: number) => ({
    x: Math.round(140 + 100 * Math.sin(frame / (30 + 7 * index))),
    y: 30 * index + 5,
    width: 40,
    height: 20,
  })),
};
/** Of all frames of all objects, as they are stored. */
const storedBytes = 5_000 * 5 * 11;

let stack: TestStack;
let proxy: TcpProxy;
let app: TestApp;
let job: Record<string, any>;
let trackingId: string;

const opened = new AsyncDisposableStack();

beforeAll(async () => {
  stack = opened.use(await createTestStack('external'));
  const model = opened.use(await startFakeModelService());
  model.answer(trackPath, answerAs(video));
  proxy = opened.use(await startTcpProxy(stack.env['DATABASE_URL']!));
  const env = { DATABASE_URL: proxy.url, MODEL_SERVICE_URL: model.url };
  app = opened.use(await startTestApp({ stack, env }));
  const videoId = await registerSimulated(app.graphql, video);
  job = await runTracking(app, { videoId, objects: objectsOf(video) });
  const { result } = (
    await ask(`{ job(id: "${job['id']}") { ... on ObjectTrackingJob { result { id } } } }`)
  ).data['job'];
  trackingId = result.id;
});

afterAll(() => opened.disposeAsync());

/** What an operation answers, and the bytes that PostgreSQL sends meanwhile. */
async function ask(query: string) {
  const before = proxy.bytesSent;
  const data = await app.graphql.request(query);
  return { data, bytes: proxy.bytesSent - before };
}

const page = (first: number, after: number) => `{ objectTracking(id: "${trackingId}") {
  track(index: 3) { frames(first: ${first}, after: ${after}) { ${frameFields} } } } }`;

test('a list of jobs reads none of the frames, and a tracking its keyframes alone', async () => {
  expect(job).toMatchObject({ state: 'COMPLETED' });
  const list = `{ jobs(first: 5) { edges { node { id ... on ObjectTrackingJob {
    result { id framesProcessed tracks { label frameCount maxError } } } } } } }`;
  const { data, bytes } = await ask(list);
  expect(data['jobs'].edges[0].node.result.tracks).toHaveLength(5);
  expect(bytes).toBeLessThan(storedBytes / 10);
  const whole = await ask(`{ objectTracking(id: "${trackingId}") { ${trackingFields} } }`);
  const { tracks } = whole.data['objectTracking'];
  for (const { keyframes, keyframeCount } of tracks) {
    expect(keyframes).toHaveLength(keyframeCount);
    expect(keyframeCount).toBeLessThanOrEqual(40);
  }
  expect(whole.bytes).toBeLessThan(storedBytes / 10);
});

test('a page of frames reads the row that it is in', async () => {
  for (const after of [-1, 499, 4_499]) {
    const { data, bytes } = await ask(page(500, after));
    const { frames } = data['objectTracking'].track;
    expect(frames.map(({ frameNumber }: { frameNumber: number }) => frameNumber)).toEqual(
      Array.from({ length: 500 }, (_, index) => after + 1 + index),
    );
    // A row of 500 frames, as text in hexadecimal, and the tracks themselves.
    expect(bytes).toBeLessThan(500 * 11 * 2 + 8_000);
  }
  const across = (await ask(page(100, 460))).data['objectTracking'].track.frames;
  expect(across[0].frameNumber).toBe(461);
  expect(across.at(-1).pixelBox).toEqual(video.objects[3]!(560));
  expect((await ask(page(500, 4_999))).data['objectTracking'].track.frames).toEqual([]);
  expect((await ask(page(10, 4_995))).data['objectTracking'].track.frames).toHaveLength(4);
  const { errors } = await app.graphql.send(page(501, -1));
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('all frames of all tracks at once are refused', async () => {
  const { errors } = await app.graphql.send(`{ objectTracking(id: "${trackingId}") {
    tracks { frames(first: 500) { ${frameFields} } } } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COSTLY' } }]);
});

test('whoever polls sees the plain fields of the result', async () => {
  const before = proxy.bytesSent;
  const response = await fetch(`${app.url}/api/jobs/${job['id']}`);
  const { result } = (await response.json()) as { result: object };
  expect(result).toEqual({
    id: trackingId,
    width: 320,
    height: 180,
    frameRate: 25,
    firstFrame: 0,
    every: 1,
    framesProcessed: 5_000,
    createdAt: expect.any(String),
  });
  expect(proxy.bytesSent - before).toBeLessThan(storedBytes / 10);
});

test('Redis has none of it', async () => {
  const redis = new Redis(stack.env['REDIS_URL']!);
  try {
    const keys = await redis.keys(`*${stack.env['REDIS_PREFIX']}*`);
    const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
    expect(keys.length).toBeGreaterThan(0);
    expect(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)).toBeLessThan(storedBytes / 2);
  } finally {
    redis.disconnect();
  }
});
