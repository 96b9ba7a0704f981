import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { eventually } from '../../environment/eventually.ts';
import { followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import type { FakeHandler } from '../../environment/model-service/send-answer.ts';
import {
  answerAs,
  harbour,
  objectsOf,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
  listAsked,
  spanOf,
} from './use-tracking.ts';
import type { AskedTracking } from './use-tracking.ts';

expectNoLeaks();

const { app, model } = useTestApp('external', { env: { OBJECT_TRACKING_BACKOFF_MS: '10' } });

test('an attempt that fails in the second chunk is followed by one that begins with it', async () => {
  const answer = answerAs(harbour);
  model.answer(trackPath, answer);
  const videoId = await registerSimulated(app.graphql, harbour);
  const whole = await runTracking(app, { videoId, objects: objectsOf(harbour) });
  let failures = 0;
  model.answer(trackPath, (call) => {
    const isSecond = (call.body as AskedTracking).frame_numbers[0] === 199;
    if (!isSecond || failures === 2) return answer(call);
    failures += 1;
    return failures === 1 ? 'refuse' : { status: 500, json: { detail: 'CUDA out of memory' } };
  });
  const calls = model.calls.length;
  const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
  const starts = listAsked(model, calls).map(({ frame_numbers }) => frame_numbers[0]);
  expect(starts).toEqual([0, 199, 199, 199, 398]);
  expect(job).toMatchObject({ state: 'COMPLETED', attempt: 3 });
  expect(job['logs'].map(({ message }: { message: string }) => message)).toContain(
    'Goes on after frame 199.',
  );
  const [first, second] = [await readTracking(app, whole), await readTracking(app, job)];
  expect({ ...second, id: '' }).toEqual({ ...first, id: '' });
});

test('a job that is canceled in a chunk asks for no other, and goes on there when it is retried', async () => {
  const gate = createGate();
  const answer = answerAs(harbour);
  const hold: FakeHandler = async (call) => {
    if ((call.body as AskedTracking).frame_numbers[0] === 199) await gate.wait(call.signal);
    return answer(call);
  };
  model.answer(trackPath, hold);
  const videoId = await registerSimulated(app.graphql, harbour);
  const calls = model.calls.length;
  const { id } = await startJob(app.graphql, 'trackObjects', {
    videoId,
    objects: objectsOf(harbour),
  });
  await gate.reached();
  expect((await readJob(app.graphql, id))['stage']).toMatch(/^Tracking in frames/);
  await app.graphql.request(
    'mutation ($id: ID!) { cancelJob(id: $id) { ... on CancelJobPayload { outcome } } }',
    { id },
  );
  expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'CANCELED' });
  await eventually(() => expect(model.calls.at(-1)?.aborted).toBe(true));
  expect(listAsked(model, calls)).toHaveLength(2);

  model.answer(trackPath, answer);
  await app.graphql.request(
    'mutation ($id: ID!) { retryJob(id: $id) { ... on RetryJobPayload { job { state } } } }',
    { id },
  );
  expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
  expect(listAsked(model, calls).map(spanOf)).toEqual([
    [0, 199],
    [199, 398],
    [199, 398],
    [398, 499],
  ]);
});

test('a route that is not there is tried again, as it is the operator who can help', async () => {
  model.answer(trackPath, { status: 404, json: { detail: 'Not Found' } });
  const videoId = await registerSimulated(app.graphql, harbour);
  const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
  const error = {
    code: 'MODEL_UNAVAILABLE',
    message: expect.stringContaining('no such endpoint'),
  };
  expect(job).toMatchObject({ state: 'FAILED', attempt: 3, error });
});
