import { expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { followJob, startJob } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import {
  answerAs,
  harbour,
  objectsOf,
  readTracking,
  registerSimulated,
  trackPath,
} from '../../subjects/tracking/use-tracking.ts';

expectNoLeaks();

test('when a worker is killed in the second chunk, another goes on with that chunk', async () => {
  await using model = await startFakeModelService();
  await using stack = await createTestStack('external');
  const env = { MODEL_SERVICE_URL: model.url };
  await using api = await startTestApp({ stack, role: 'api', env });
  const startWorker = () => startAppProcess('worker', { ...stack.env, ...env });
  const gate = createGate();
  const answer = answerAs(harbour);
  const startOf = (body: unknown) => (body as { frame_numbers: number[] }).frame_numbers[0];
  model.answer(trackPath, async (call) => {
    if (startOf(call.body) === 199) await gate.wait(call.signal);
    return answer(call);
  });

  await using first = await startWorker();
  const videoId = await registerSimulated(api.graphql, harbour);
  const input = { videoId, objects: objectsOf(harbour) };
  const { id } = await startJob(api.graphql, 'trackObjects', input);
  await gate.reached();
  first.kill('SIGKILL');
  await first.ended;
  gate.open();
  await using _second = await startWorker();
  const job = (await followJob(api.graphql, 'sse', id)).at(-1)!;
  expect(job).toMatchObject({ attempts: [{ error: { code: 'STALLED' } }, { error: null }] });
  expect(await readTracking(api, job, 'framesProcessed tracks { frameCount }')).toEqual({
    framesProcessed: 500,
    tracks: [{ frameCount: 500 }, { frameCount: 485 }],
  });
  expect(model.calls.map(({ body }) => startOf(body))).toEqual([0, 199, 199, 398]);
}, 60_000);
