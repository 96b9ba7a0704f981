import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { runJob } from '../environment/jobs/results.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function poll(id: string): Promise<Record<string, any>> {
  const answer = await fetch(`${app.url}/api/jobs/${id}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, any>;
}

test('whoever polls a finished job reads what it was asked, and what it made', async () => {
  const subjects = await createSubjects(app.graphql);
  const summary = await runJob(app.graphql, 'summarizeVideo', subjects);
  const { id: summaryId, text } = summary['result'];
  const job = await poll(summary['id']);
  expect(job).toMatchObject({ state: 'completed', progress: 100, stage: null, error: null });
  expect(job).toMatchObject({ data: subjects, result: { id: summaryId, text } });
  expect(Date.parse(job['createdAt'])).toBeLessThanOrEqual(Date.parse(job['startedAt']));
  expect(Date.parse(job['startedAt'])).toBeLessThanOrEqual(Date.parse(job['completedAt']));

  const extraction = await runJob(app.graphql, 'extractClaims', { summaryId });
  const { totalClaims } = extraction['result'];
  expect(await poll(extraction['id'])).toMatchObject({
    data: { summaryId },
    result: { totalClaims },
  });

  const synthesis = await startJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
  const version = (await followJob(app.graphql, 'sse', synthesis['id'])).at(-1)!['version'];
  expect(await poll(synthesis['id'])).toMatchObject({
    version,
    data: { summaryIds: [summaryId] },
    result: { claimsUsed: totalClaims, text: expect.any(String) },
  });
});
