import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { eventually } from '../../environment/eventually.ts';
import { readWarnings, registerFormat, runDetection } from '../../environment/jobs/detections.ts';
import { followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import { defaultAnswer, streamAnswer } from '../../environment/model-service/answers.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import type { FakeCall } from '../../environment/model-service/send-answer.ts';

expectNoLeaks();

const route = '/api/detection/detect';
const framesOf = ({ body }: FakeCall) => (body as { frame_numbers: number[] }).frame_numbers;
const usual = (call: FakeCall) => defaultAnswer(route, call);

/** 60 frames: three batches. */
const range = { from: 0, to: 2.4, every: 0.04 };
const threeBatches = [0, 20, 40].map((from) => Array.from({ length: 20 }, (_, at) => from + at));

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

test('a job is at its share of the bar in each batch, and says which frames it looks at', async () => {
  const gates = threeBatches.map(() => createGate());
  const before = model.calls.length;
  model.answer(route, async (call) => {
    await gates[threeBatches.findIndex(([first]) => first === framesOf(call)[0])]!.wait();
    return usual(call);
  });
  const { id } = await startJob(app.graphql, 'detectObjects', await toInput('slow.mp4'));
  const stages = ['1 to 20', '21 to 40', '41 to 60'];
  for (const [index, gate] of gates.entries()) {
    await gate.reached();
    const from = Math.floor(5 + (85 * index) / 3);
    await eventually(async () => {
      const { stage, progress } = await readJob(app.graphql, id as string);
      expect(stage).toBe(`Looking at frames ${stages[index]} of 60`);
      expect(progress).toBeGreaterThanOrEqual(from);
      expect(progress).toBeLessThan(from + 30);
    });
    gate.open();
  }
  expect((await followJob(app.graphql, 'sse', id as string)).at(-1)).toMatchObject({
    state: 'COMPLETED',
    progress: 100,
  });
  expect(model.calls.slice(before).map(framesOf)).toEqual(threeBatches);
});

test('what the service says of each batch is logged once, and its share of a batch moves the bar', async () => {
  const gate = createGate();
  const line = (message: string) => ({ log: { level: 'warn' as const, message } });
  model.answer(route, (call) => {
    const [first] = framesOf(call);
    const lines = [
      line('No word for tug.'),
      line(`From ${first}.`),
      { progress: 0.5, stage: '10 of 20' },
    ];
    return streamAnswer(route, first === 20 ? [...lines, gate] : lines)(call);
  });
  const { id } = await startJob(app.graphql, 'detectObjects', await toInput('talking.mp4'));
  await eventually(async () => {
    expect(await readJob(app.graphql, id as string)).toMatchObject({
      stage: 'Looking at frames 21 to 40 of 60',
      progress: 47, // the middle of what is from 5 to 90
    });
  });
  gate.open();
  const job = (await followJob(app.graphql, 'sse', id as string)).at(-1)!;
  expect(readWarnings(job)).toEqual(['No word for tug.', 'From 0.', 'From 20.', 'From 40.']);
});

test('a job that is canceled in a batch aborts its call, and makes no other', async () => {
  const gate = createGate();
  const before = model.calls.length;
  model.answer(route, async (call) => {
    if (framesOf(call)[0] === 20) await gate.wait(call.signal);
    return usual(call);
  });
  const { id } = await startJob(app.graphql, 'detectObjects', await toInput('canceled.mp4'));
  await gate.reached();
  const versions = followJob(app.graphql, 'sse', id as string);
  await app.graphql.request(`mutation { cancelJob(id: "${id}") { __typename } }`);
  const last = (await versions).at(-1);
  expect(last).toMatchObject({ state: 'CANCELED' });
  await eventually(() => {
    expect(model.calls.slice(before).map(({ aborted }) => aborted)).toEqual([false, true]);
  });
  const { job } = await app.graphql.request(
    `{ job(id: "${id}") { ... on ObjectDetectionJob { result { id } } } }`,
  );
  expect(job.result).toBeNull();
});

test('a job whose batch fails starts again with the first one', async () => {
  const before = model.calls.length;
  model.answer(route, (call) =>
    model.calls.length - before === 2
      ? { status: 500, json: { detail: 'Internal server error: CUDA' } }
      : usual(call),
  );
  const job = await runDetection(app.graphql, await toInput('failing.mp4'));
  expect(job).toMatchObject({
    state: 'COMPLETED',
    attempt: 2,
    result: { frameCount: 60, detectionCount: 120 },
  });
  expect(model.calls.slice(before).map(framesOf)).toEqual([
    ...threeBatches.slice(0, 2),
    ...threeBatches,
  ]);
});

test.each([
  [404, 'Video not found: talk', 'INVALID_INPUT', 1],
  [422, [{ type: 'missing', loc: ['body', 'query'], msg: 'Field required' }], 'INVALID_INPUT', 1],
  [400, 'No', 'MODEL_REJECTED', 1],
  [404, 'Not Found', 'MODEL_UNAVAILABLE', 2],
  [500, 'Internal server error: task not configured', 'MODEL_UNAVAILABLE', 2],
])('status %i with %o ends a job', async (status, detail, code, attempt) => {
  model.answer(route, { status, json: { detail } });
  const job = await runDetection(app.graphql, await toInput('refused.mp4'));
  expect(job).toMatchObject({ state: 'FAILED', attempt, error: { code } });
});

test('the same key starts one job, and is refused for other frames', async () => {
  model.answer(route, usual);
  const input = await toInput('once.mp4');
  const submit = async (frames: object) => {
    const { detectObjects } = await app.graphql.request(
      `mutation ($input: DetectObjectsInput!) {
          detectObjects(input: $input, options: { idempotencyKey: "once" }) {
            __typename ... on DetectObjectsPayload { created job { id } } } }`,
      { input: { ...input, frames } },
    );
    return detectObjects;
  };
  const first = await submit({ range });
  expect(first).toMatchObject({ created: true });
  expect(await submit({ range, numbers: null })).toEqual({ ...first, created: false });
  expect(await submit({ range: { ...range, every: 0.08 } })).toEqual({
    __typename: 'IdempotencyConflictError',
  });
  await followJob(app.graphql, 'sse', first.job.id);
});
