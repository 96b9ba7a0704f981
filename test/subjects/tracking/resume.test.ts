import { expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
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
} from './use-tracking.ts';

expectNoLeaks();

test('another process goes on with the chunk in which the first one ended', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url };
  const gate = createGate();
  const answer = answerAs(harbour);
  const startOf = (body: unknown) => (body as { frame_numbers: number[] }).frame_numbers[0];
  model.answer(trackPath, async (call) => {
    if (startOf(call.body) === 398) await gate.wait(call.signal);
    return answer(call);
  });
  let id: string;
  {
    await using app = await startTestApp({ stack, env });
    const videoId = await registerSimulated(app.graphql, harbour);
    const input = { videoId, objects: objectsOf(harbour) };
    ({ id } = (await startJob(app.graphql, 'trackObjects', input)) as { id: string });
    await gate.reached();
  }
  {
    await using opened = await openTestStack(stack);
    const steps = await opened.db
      .selectFrom('objectTrackingStep')
      .selectAll()
      .orderBy('done')
      .execute();
    expect(steps.map(({ done }) => done)).toEqual([200, 399]);
    // The masks of the last step alone are kept.
    expect(steps.map(({ seen }) => seen.length)).toEqual([0, 2]);
  }
  gate.open();
  const before = model.calls.length;
  {
    await using app = await startTestApp({ stack, env });
    const job = (await followJob(app.graphql, 'sse', id)).at(-1)!;
    const result = await readTracking(app, job, 'framesProcessed tracks { frameCount }');
    expect(result).toEqual({
      framesProcessed: 500,
      tracks: [{ frameCount: 500 }, { frameCount: 485 }],
    });
  }
  expect(model.calls.slice(before).map(({ body }) => startOf(body))).toEqual([398]);
  await using opened = await openTestStack(stack);
  expect(await opened.db.selectFrom('objectTrackingStep').selectAll().execute()).toEqual([]);
});
