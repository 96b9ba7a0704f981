import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { readWarnings, registerFormat, runDetection } from '../../environment/jobs/detections.ts';
import { followJob, startJob } from '../../environment/jobs/jobs.ts';
import { defaultAnswer } from '../../environment/model-service/answers.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import type { FakeCall } from '../../environment/model-service/send-answer.ts';

expectNoLeaks();

const route = '/api/detection/detect';
const usual = (call: FakeCall) => defaultAnswer(route, call);

/** 60 frames. */
const range = { from: 0, to: 2.4, every: 0.04 };

const { app, model } = useTestApp('external', {
  env: {
    OBJECT_DETECTION_BACKOFF_MS: '1',
    OBJECT_DETECTION_ATTEMPTS: '2',
    OBJECT_DETECTION_CONCURRENCY: '1',
  },
});

async function toInput(path: string, frames: object = { range }) {
  return { videoId: await registerFormat(app.graphql, path), query: 'tug. person.', frames };
}

const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
const tug = { label: 'tug', bounding_box: box, confidence: 0.5 };
const frame = { frame_number: 0, timestamp: 0, detections: [tug] };

test.each([
  [
    'a frame that was not requested',
    [frame, { ...frame, frame_number: 1 }],
    'has frame 1 that was not requested',
  ],
  ['a frame twice', [frame, frame], 'has frame 0 twice'],
  [
    'a box in pixels',
    [{ ...frame, detections: [{ ...tug, bounding_box: { ...box, width: 100 } }] }],
    'has a box outside of frame 0',
  ],
  [
    'a confidence above 1',
    [{ ...frame, detections: [{ ...tug, confidence: 90 }] }],
    'is not of the agreed shape: frames.0.detections.0.confidence',
  ],
  ['no list of frames', undefined, 'is not of the agreed shape: frames'],
])(
  'an answer with %s is worth another attempt, and nothing of it is kept',
  async (_what, frames, how) => {
    const before = model.calls.length;
    model.answer(route, { json: { frames } });
    const job = await runDetection(app.graphql, await toInput('wrong.mp4', { numbers: [0] }));
    expect(job).toMatchObject({
      state: 'FAILED',
      attempt: 2,
      result: null,
      error: { code: 'MODEL_BAD_RESPONSE' },
    });
    expect(job['error'].message).toContain(`The response of the model service ${how}`);
    expect(model.calls.length - before).toBe(2);
  },
);

test('what rounding has put outside of the frame is cut, and what is left out is in the log', async () => {
  const outside = { ...tug, bounding_box: { x: -0.005, y: 0.5, width: 0.505, height: 0.505 } };
  const flat = { ...tug, bounding_box: { ...box, height: 0 } };
  const many = Array.from({ length: 302 }, () => ({ ...tug, confidence: 0.4 }));
  const detections = [flat, ...many, outside];
  model.answer(route, { json: { frames: [{ ...frame, detections }], model_used: 'owl' } });
  const job = await runDetection(app.graphql, await toInput('rounded.mp4', { numbers: [0] }));
  expect(job).toMatchObject({ result: { detectionCount: 300, modelUsed: 'owl' } });
  const [first] = job['result'].frames[0].detections;
  expect(first.box).toEqual({ x: 0, y: 0.5, width: 0.5, height: 0.5 });
  expect(readWarnings(job)).toEqual([
    'Left out: 1 detection of no size.',
    'Left out: 3 detections, as a frame had too many.',
  ]);
});

test('what is not known of a video is null, and its frames can be asked for by number', async () => {
  const videoId = await registerFormat(app.graphql, 'unknown.mp4', {});
  model.answer(route, usual);
  const frames = { numbers: [2_147_483_647, 0] };
  const job = await runDetection(app.graphql, { videoId, query: 'tug', frames });
  expect(job).toMatchObject({ state: 'COMPLETED', result: { width: null, height: null } });
  const [first] = job['result'].frames;
  expect(first).toMatchObject({ frameNumber: 0, detections: [{ pixelBox: null }] });
});

test('a frame that turns out to be beyond the end ends the job before any call', async () => {
  const gate = createGate();
  model.answer(route, async (call) => {
    await gate.wait();
    return usual(call);
  });
  const { id: first } = await startJob(app.graphql, 'detectObjects', await toInput('first.mp4'));
  await gate.reached();
  const videoId = await registerFormat(app.graphql, 'late.mp4', {});
  const input = { videoId, query: 'tug', frames: { numbers: [0, 100] } };
  const { id } = await startJob(app.graphql, 'detectObjects', input);
  await registerFormat(app.graphql, 'late.mp4');
  gate.open();
  await followJob(app.graphql, 'sse', first as string);
  expect((await followJob(app.graphql, 'sse', id as string)).at(-1)).toMatchObject({
    state: 'FAILED',
    attempt: 1,
    error: {
      code: 'INVALID_INPUT',
      message:
        'The input does not fit the video any more. input.frames.numbers.1: Must be below 100, the number of frames of the video.',
    },
  });
  const ids = model.calls.map(({ body }) => (body as { video_id: string }).video_id);
  expect(ids).not.toContain(videoId);
});
