import { afterAll, beforeAll } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { StackKind, TestApp, TestStack } from '../../environment/app/app.ts';
import { createDetect } from '../../environment/model-service/fovea/detect.ts';
import type { FoveaVideo } from '../../environment/model-service/fovea/detect.ts';
import { startFoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import type { FoveaService } from '../../environment/model-service/fovea/fovea-service.ts';

export const route = '/api/detection/detect';

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

/** An app on a stack, whose model service answers as FOVEA's does, before the tests of a file or a `describe`. */
export function useFoveaDetection(kind: StackKind) {
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

  return {
    get app() {
      return app;
    },
    get service() {
      return service;
    },
    listCalls,
  };
}
