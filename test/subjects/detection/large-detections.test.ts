import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { insertObjectDetection } from '../../../src/subjects/detection/queries.ts';
import { countLabels } from '../../../src/subjects/detection/read-frames.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

const { owner } = localSession.viewer;
const frameCount = 600;
const boxesPerFrame = 50;
const detectionCount = 10;
/** What PostgreSQL sends of one frame, roughly. */
const frameBytes = boxesPerFrame * 120;
/** Far more than ten rows have with all that the app asks for meanwhile, far less than the frames of one. */
const smallBytes = 100_000;

let stack: TestStack;
let proxy: TcpProxy;
let app: TestApp;
let ids: string[];
let videoId: string;

const detections = Array.from({ length: boxesPerFrame }, (_, index) => ({
  label: `ship ${index}`,
  confidence: 0.9 - index / 100,
  box: { x: index / 77, y: 1 / 3, width: 1 / 7, height: 1 / 9 },
}));
const frames = Array.from({ length: frameCount }, (_, frameNumber) => ({
  frameNumber,
  timestamp: frameNumber / 30,
  detections,
}));

beforeAll(async () => {
  stack = await createTestStack('external');
  await using opened = await openTestStack(stack);
  const { db } = opened;
  ({
    video: { id: videoId },
  } = await registerVideo(db, owner, { title: 'Harbour', path: 'harbour.mp4' }));
  const job = {
    type: 'OBJECT_DETECTION',
    owner,
    input: JSON.stringify({}),
    state: 'COMPLETED',
    maxAttempts: 3,
    priority: 'NORMAL',
    priorityRank: 5,
    finishedAt: new Date(),
  } as const;
  const jobs = Array.from({ length: detectionCount }, () => ({
    ...job,
    id: uuidv7(),
    resultId: uuidv7(),
  }));
  await db.insertInto('job').values(jobs).execute();
  const result = {
    videoId,
    query: 'ship',
    width: 1920,
    height: 1080,
    counts: countLabels(frames),
    unreadFrames: [],
    modelUsed: null,
  };
  for (const { id: jobId, resultId: id } of jobs) {
    await db
      .transaction()
      .execute((trx) => insertObjectDetection(trx, { ...result, id, jobId }, frames));
  }
  ids = jobs.map(({ resultId }) => resultId);
  proxy = await startTcpProxy(stack.env['DATABASE_URL']!);
  app = await startTestApp({
    stack,
    role: 'api',
    env: { DATABASE_URL: proxy.url, MODEL_SERVICE_URL: 'http://127.0.0.1:9' },
  });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

/** What an operation answers, and the bytes that PostgreSQL sends for it. */
async function ask(query: string) {
  const before = proxy.bytesSent;
  const data = await app.graphql.request(query);
  return { data, bytes: proxy.bytesSent - before };
}

const plain = 'id query width height frameCount detectionCount createdAt';

test('a list of detections, each of 30,000 boxes, reads none of them', async () => {
  const { data, bytes } = await ask(
    `{ jobs { edges { node { id ... on ObjectDetectionJob { result { ${plain} } } } } } }`,
  );
  expect(data['jobs'].edges).toHaveLength(detectionCount);
  for (const { node } of data['jobs'].edges) {
    expect(node.result).toMatchObject({ frameCount, detectionCount: frameCount * boxesPerFrame });
  }
  expect(bytes).toBeLessThan(smallBytes);
  const ofVideo = await ask(`{ video(id: "${videoId}") { detections { ${plain} } } }`);
  expect(ofVideo.data['video'].detections).toHaveLength(detectionCount);
  expect(ofVideo.bytes).toBeLessThan(smallBytes);
});

test('a page of frames reads these frames, wherever they are in the video', async () => {
  for (const after of [-1, 579]) {
    const { data, bytes } = await ask(
      `{ objectDetection(id: "${ids[0]}") { frames(first: 20, after: ${after}) {
        frameNumber detections { label box { x } } } } }`,
    );
    const read = data['objectDetection'].frames;
    expect(read.map(({ frameNumber }: any) => frameNumber)).toEqual(
      Array.from({ length: 20 }, (_, index) => after + 1 + index),
    );
    expect(read[0].detections).toHaveLength(boxesPerFrame);
    expect(bytes).toBeLessThan(20 * frameBytes + smallBytes);
  }
});

test('pages of all detections of a list are refused with all that is in them', async () => {
  const before = proxy.bytesSent;
  const { errors } = await app.graphql.send(
    `{ video(id: "${videoId}") { detections { frames { detections { label box { x y } } } } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COSTLY' } }]);
  expect(proxy.bytesSent - before).toBeLessThan(smallBytes);
});

test('labels are counted, and a poll reads no boxes', async () => {
  const { data } = await ask(`{ objectDetection(id: "${ids[0]}") { counts { label count } } }`);
  expect(data['objectDetection'].counts).toHaveLength(boxesPerFrame);
  expect(data['objectDetection'].counts[0]).toEqual({ label: 'ship 0', count: frameCount });
  const { data: list } = await ask('{ jobs(first: 1) { edges { node { id } } } }');
  const before = proxy.bytesSent;
  const polled = await fetch(`${app.url}/api/jobs/${list['jobs'].edges[0].node.id}`);
  expect(await polled.json()).toMatchObject({ result: { query: 'ship', frameCount } });
  expect(proxy.bytesSent - before).toBeLessThan(smallBytes);
});
