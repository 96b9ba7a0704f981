import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtractedClaim } from '../../src/subjects/claims/wire.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertSummaryOf, runJob } from '../environment/jobs/results.ts';

expectNoLeaks();

const gloss = [
  { type: 'text', content: 'Two vessels, ' },
  { type: 'objectRef', content: 'Aurora' },
  { type: 'text', content: ' and 🚢 Björn, enter. ' },
  { type: 'text', content: 'One is towed.' },
];
const text = 'Two vessels, Aurora and 🚢 Björn, enter. One is towed.';

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let summaryId: string;

beforeAll(async () => {
  stack = await createTestStack('external');
  summaryId = await insertSummaryOf(stack, gloss);
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function extractAs(claims: object[]): Promise<Record<string, any>> {
  const answer = { summary_id: summaryId, claims, model_used: 'fake', processing_time: 1 };
  model.answer('/api/extract-claims', { json: answer });
  return runJob(app.graphql, 'extractClaims', { summaryId, minConfidence: 0 });
}

test('a summary in parts is one text, and claims have their exact places in it', async () => {
  model.answer('/api/extract-claims', (call) => defaultAnswer('/api/extract-claims', call));
  const input = { summaryId, minConfidence: 0, strategy: 'HIERARCHICAL' };
  const { result } = await runJob(app.graphql, 'extractClaims', input);
  const request = { summary_id: summaryId, summary_text: text, min_confidence: 0 };
  expect(model.calls.at(-1)!.body).toMatchObject(request);
  expect(result.summary).toEqual({ id: summaryId, text });
  const claims = flatten(result.claims);
  expect(claims[0]).toMatchObject({ charStart: 0, charEnd: 40, sentenceIndex: 0 });
  expect(claims[1]).toMatchObject({ text: 'Two vessels', charStart: 0, charEnd: 11 });
  for (const claim of claims) expect(text.slice(claim.charStart, claim.charEnd)).toBe(claim.text);
  expect(result.totalClaims).toBe(claims.length);
});

test('offsets that fit no claim are mended, and what is left out is null', async () => {
  const { result } = await extractAs([
    { text: 'One is towed.', confidence: 1, char_start: 0, char_end: 13 },
    { text: 'A tug works.', confidence: 0 },
  ]);
  const unknown = { claimType: null, sentenceIndex: null, charStart: null, charEnd: null };
  expect(result.claims).toMatchObject([
    { charStart: 41, charEnd: 54 },
    { text: 'A tug works.', confidence: 0, ...unknown },
  ]);
});

test('claims keep their subclaims to any depth, and go with them into a synthesis', async () => {
  const { result } = await extractAs([nest(6), nest(1)]);
  const levels = [1, 2, 3, 4, 5, 6, 1].map((level) => `Level ${level}`);
  expect(flatten(result.claims).map((each) => each.text)).toEqual(levels);
  expect(result.totalClaims).toBe(7);
  await runJob(app.graphql, 'synthesizeClaims', { summaryIds: [summaryId] });
  const { claim_sources } = model.calls.at(-1)!.body as { claim_sources: any[] };
  expect(flatten(claim_sources[0].claims).map((each) => each.text)).toEqual(levels);
});

test('a summary shows its claims from a confidence on, and 0 shows them all', async () => {
  await extractAs([
    claim('Sure', 0.9, [claim('Part, unsure', 0.2), claim('Part, sure', 1)]),
    claim('Unsure', 0),
    claim('Half', 0.5, [claim('Part of half', 0.9)]),
  ]);
  const all = ['Sure', 'Part, unsure', 'Part, sure', 'Unsure', 'Half', 'Part of half'];
  expect(await readTexts(undefined)).toEqual(all);
  expect(await readTexts(0)).toEqual(all);
  expect(await readTexts(0.5)).toEqual(['Sure', 'Part, sure', 'Half', 'Part of half']);
  expect(await readTexts(0.6)).toEqual(['Sure', 'Part, sure']);
  expect(await readTexts(1)).toEqual([]);
});

async function readTexts(minConfidence: number | undefined): Promise<string[]> {
  const { videoSummary } = await app.graphql.request(
    `query ($id: ID!, $minConfidence: Float) {
        videoSummary(id: $id) { claims(minConfidence: $minConfidence) { text subclaims { text } } }
      }`,
    { id: summaryId, minConfidence },
  );
  return flatten(videoSummary.claims).map((each) => each.text);
}

test('no claims at all is a result, and the log of the job says so', async () => {
  const { result, logs } = await extractAs([]);
  expect(result).toMatchObject({ totalClaims: 0, claims: [] });
  const message = 'The model service found no claims in the summary.';
  expect(logs).toMatchObject([{ level: 'WARN', message }]);
});

function claim(claimText: string, confidence: number, subclaims: ExtractedClaim[] = []) {
  return { text: claimText, confidence, subclaims };
}

/** A claim with so many levels, itself included. */
function nest(levels: number, level = 1): ExtractedClaim {
  return claim(`Level ${level}`, 0.9, level < levels ? [nest(levels, level + 1)] : []);
}

/** Claims, each followed by its subclaims. */
function flatten(claims: any[]): Record<string, any>[] {
  return claims.flatMap((each) => [each, ...flatten(each.subclaims ?? [])]);
}
