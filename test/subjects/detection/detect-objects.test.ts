import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModelService } from '../../../src/model-service/client.ts';
import { detect } from '../../../src/subjects/detection/wire.ts';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  frameFields,
  readWarnings,
  registerFormat,
  runDetection,
} from '../../environment/jobs/detections.ts';
import { createDetect } from '../../environment/model-service/fovea/detect.ts';
import type { FoveaVideo } from '../../environment/model-service/fovea/detect.ts';
import { startFoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import type { FoveaService } from '../../environment/model-service/fovea/fovea-service.ts';

expectNoLeaks();

const route = '/api/detection/detect';

/** A tug in every frame, which moves to the right, and a car in the second half. */
const harbour: FoveaVideo = {
  frameCount: 100,
  frameRate: 25,
  objects: (frame) => [
    { label: 'tug', x: frame / 200, y: 0.5, width: 0.25, height: 0.25, confidence: 0.6 },
    { label: 'bird', x: 0, y: 0, width: 0.1, height: 0.1, confidence: 0.7 },
    ...(frame < 50
      ? []
      : [{ label: 'car', x: 0.5, y: 0.5, width: 0.5, height: 0.5, confidence: 0.9 }]),
  ],
};
const leavingFrame: FoveaVideo = {
  ...harbour,
  objects: () => [{ label: 'tug', x: -0.001, y: 0, width: 0.5, height: 0.5, confidence: 0.9 }],
};

describe.each(stackKinds)('with FOVEA’s service, on the %s stack', (kind) => {
  let stack: TestStack;
  let service: FoveaService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    const videos = {
      '/videos/harbour.mp4': harbour,
      '/videos/damaged.mp4': { ...harbour, damaged: [0, 1, 30] },
      '/videos/leaving.mp4': leavingFrame,
    };
    service = await startFoveaService({ [route]: createDetect({ videos }) });
    app = await startTestApp({
      stack,
      env: {
        MODEL_SERVICE_URL: service.url,
        MEDIA_ROOT: '/videos',
        OBJECT_DETECTION_ATTEMPTS: '2',
        OBJECT_DETECTION_BACKOFF_MS: '1',
      },
    });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  const listCalls = (videoId: string) =>
    service.calls.filter(({ body }) => (body as { video_id: string }).video_id === videoId);

  test('frames of a range are asked for in batches, and all that is found is kept', async () => {
    const videoId = await registerFormat(app.graphql, 'harbour.mp4');
    const input = {
      videoId,
      query: 'tug. car.',
      frames: { range: { from: 0.08, to: 60, every: 0.08 } },
    };
    const { state, result, logs, ...job } = await runDetection(app.graphql, input);
    expect(state).toBe('COMPLETED');
    expect(job['input']).toEqual({
      ...input,
      confidenceThreshold: 0.3,
      frames: { ...input.frames, numbers: null },
    });

    const numbers = Array.from({ length: 49 }, (_, index) => 2 + index * 2);
    const sent = {
      video_path: '/videos/harbour.mp4',
      query: 'tug. car.',
      confidence_threshold: 0.3,
    };
    const batches = [numbers.slice(0, 20), numbers.slice(20, 40), numbers.slice(40)];
    expect(listCalls(videoId)).toEqual(
      batches.map((frame_numbers) => ({
        path: route,
        status: 200,
        body: { ...sent, video_id: videoId, frame_numbers },
      })),
    );

    expect(result).toMatchObject({
      query: 'tug. car.',
      width: 320,
      height: 180,
      frameCount: 49,
      unreadFrames: [],
      detectionCount: 74,
      modelUsed: null,
      counts: [
        { label: 'tug', count: 49 },
        { label: 'car', count: 25 },
      ],
      video: { id: videoId },
    });
    expect(result.frames.map(({ frameNumber }: any) => frameNumber)).toEqual(numbers.slice(0, 25));
    const half = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
    expect(result.frames[24]).toEqual({
      frameNumber: 50,
      timestamp: 2,
      detections: [
        {
          index: 0,
          label: 'car',
          confidence: 0.9,
          box: half,
          pixelBox: { x: 160, y: 90, width: 160, height: 90 },
        },
        {
          index: 1,
          label: 'tug',
          confidence: 0.6,
          box: { x: 0.25, y: 0.5, width: 0.25, height: 0.25 },
          pixelBox: { x: 80, y: 90, width: 80, height: 45 },
        },
      ],
    });
    expect(logs).toEqual([]);
  });

  test('its frames are read page by page', async () => {
    const videoId = await registerFormat(app.graphql, 'harbour.mp4');
    const frames = { numbers: [90, 0, 10, 40, 20] };
    const { result } = await runDetection(app.graphql, { videoId, query: 'tug', frames });
    const pages = await app.graphql.request(
      `query ($id: ID!) { objectDetection(id: $id) {
        all: frames { ${frameFields} }
        first: frames(first: 2) { frameNumber } second: frames(first: 2, after: 10) { frameNumber }
        none: frames(first: 0) { frameNumber } last: frames(after: 40) { frameNumber }
        behind: frames(after: 90) { frameNumber }
      } }`,
      { id: result.id },
    );
    const { all, ...read } = pages['objectDetection'];
    expect(all).toEqual(result.frames);
    const toNumbers = (list: any[]) => list.map(({ frameNumber }) => frameNumber);
    expect(Object.values(read).map((list) => toNumbers(list as any[]))).toEqual([
      [0, 10],
      [20, 40],
      [],
      [90],
      [],
    ]);
    const { errors } = await app.graphql.send(
      `{ objectDetection(id: "${result.id}") { frames(first: 101) { frameNumber } } }`,
    );
    expect(errors).toMatchObject([{ message: '`first` must be from 0 to 100, not 101.' }]);
  });

  test('frames that cannot be read are listed, and the job warns of them', async () => {
    const videoId = await registerFormat(app.graphql, 'damaged.mp4');
    const numbers = Array.from({ length: 25 }, (_, index) => index * 2);
    const job = await runDetection(app.graphql, { videoId, query: 'tug', frames: { numbers } });
    expect(job).toMatchObject({
      state: 'COMPLETED',
      result: { frameCount: 23, unreadFrames: [0, 30], detectionCount: 23 },
    });
    expect(readWarnings(job)).toEqual(['The model service could not read 2 of 25 frames.']);
  });

  test.each([
    ['a file that is not there', 'nowhere.mp4', [0, 50, 99], 'frames 0 to 99'],
    ['damaged frames alone', 'damaged.mp4', [1], 'frame 1'],
  ])('%s ends the job at the first call', async (_what, path, numbers, which) => {
    const videoId = await registerFormat(app.graphql, path);
    const before = listCalls(videoId).length;
    const job = await runDetection(app.graphql, { videoId, query: 'tug', frames: { numbers } });
    expect(job).toMatchObject({
      state: 'FAILED',
      attempt: 1,
      result: null,
      error: {
        code: 'INVALID_INPUT',
        message: `The model service could not read ${which} of the video: the file is missing there, damaged, or too short.`,
      },
    });
    expect(listCalls(videoId).slice(before)).toHaveLength(1);
  });

  test('a box that the service refuses in its own answer is its failure, and the log says why', async () => {
    const videoId = await registerFormat(app.graphql, 'leaving.mp4');
    const job = await runDetection(app.graphql, {
      videoId,
      query: 'tug',
      frames: { numbers: [0] },
    });
    const error = { code: 'MODEL_UNAVAILABLE', message: 'The model service failed (500).' };
    expect(job).toMatchObject({ state: 'FAILED', attempt: 2, error });

    await using client = createModelService({ url: service.url });
    const { signal } = new AbortController();
    const request = { video_id: videoId, video_path: '/videos/leaving.mp4', query: 'tug' };
    const call = client.bind({ detect }).detect({ ...request, frame_numbers: [0] }, { signal });
    const detail = expect.stringContaining('validation error for BoundingBox');
    await expect(call).rejects.toMatchObject({ forLog: { status: 500, detail } });
  });

  test('detections of a video are there, the newest first, and whoever polls reads one', async () => {
    const videoId = await registerFormat(app.graphql, 'list-of-detections.mp4');
    const known = await registerFormat(app.graphql, 'harbour.mp4');
    const frames = { numbers: [0] };
    const ids: string[] = [];
    let jobId = '';
    for (const query of ['bird', 'tug']) {
      const { id, result } = await runDetection(app.graphql, { videoId: known, query, frames });
      ids.unshift(result.id);
      jobId = id;
    }
    const { video, other } = await app.graphql.request(
      `query ($id: ID!, $other: ID!) {
        video(id: $id) { detections { id query frames(first: 1) { detections { label } } } }
        other: video(id: $other) { detections { id } }
      }`,
      { id: known, other: videoId },
    );
    expect(video.detections.slice(0, 2)).toEqual(
      ['tug', 'bird'].map((label, index) => ({
        id: ids[index],
        query: label,
        frames: [{ detections: [{ label }] }],
      })),
    );
    expect(other.detections).toEqual([]);
    const polled = await (await fetch(`${app.url}/api/jobs/${jobId}`)).json();
    expect(polled).toMatchObject({
      state: 'completed',
      result: { id: ids[0], query: 'tug', width: 320, frameCount: 1, detectionCount: 1 },
    });
  });
});
