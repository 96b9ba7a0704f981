import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertSummaryOf, runJob } from '../environment/jobs/results.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const text = 'The pier is safe. The pier is not safe.';
const path = '/api/synthesize-summary';

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let summaryId: string;
/** Ids of the two claims. */
let ids: string[];

beforeAll(async () => {
  stack = await createTestStack('external');
  summaryId = await insertSummaryOf(stack, [{ type: 'text', content: text }]);
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  const claims = [
    { text: 'The pier is safe.', confidence: 0.9 },
    {
      text: 'He says so.',
      confidence: 0.9,
      subclaims: [{ text: 'It is not safe.', confidence: 1 }],
    },
  ];
  const answer = { summary_id: summaryId, claims, model_used: 'fake', processing_time: 1 };
  model.answer('/api/extract-claims', { json: answer });
  await runJob(app.graphql, 'extractClaims', { summaryId, minConfidence: 0 });
  const { videoSummary } = await app.graphql.request(
    'query ($id: ID!) { videoSummary(id: $id) { claims { id subclaims { id } } } }',
    { id: summaryId },
  );
  ids = [videoSummary.claims[0].id, videoSummary.claims[1].subclaims[0].id];
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function synthesizeWith(metadata: object) {
  model.answer(path, (call) => ({
    json: { ...defaultAnswer(path, call).json, synthesis_metadata: metadata },
  }));
  const { result } = await runJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
  const { claimSynthesis } = await app.graphql.request(
    `query ($id: ID!) {
        claimSynthesis(id: $id) { conflictCount conflicts { reason claims { claimId text } } }
      }`,
    { id: result.id },
  );
  return claimSynthesis;
}

test('claims that the service says contradict each other are told with their texts', async () => {
  const conflicts = [
    { claim_ids: ids, reason: 'one denies the other' },
    { claim_ids: [ids[0], 'unknown'], reason: 'of a claim that was not asked about' },
  ];
  expect(
    await synthesizeWith({ conflicts_detected: 2, conflicts_searched: true, conflicts }),
  ).toEqual({
    conflictCount: 2,
    conflicts: [
      {
        reason: 'one denies the other',
        claims: [
          { claimId: ids[0], text: 'The pier is safe.' },
          { claimId: ids[1], text: 'It is not safe.' },
        ],
      },
    ],
  });
});

test('of a service that counts conflicts, or names them in another form, none are told', async () => {
  expect(await synthesizeWith({ conflicts_detected: 1 })).toEqual({
    conflictCount: 1,
    conflicts: [],
  });
  expect(await synthesizeWith({ conflicts_detected: 1, conflicts: ['one'] })).toEqual({
    conflictCount: 1,
    conflicts: [],
  });
});
