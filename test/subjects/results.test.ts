import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SummarizeResponse } from '../../src/subjects/summary/wire.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { runJob, summaryFields } from '../environment/jobs/results.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let subjects: Subjects;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  subjects = await createSubjects(app.graphql);
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

/** What comes of the usual answer with these changes. */
async function summarizeAs(changes: Partial<Record<keyof SummarizeResponse, unknown>>) {
  model.answer('/api/summarize', (call) => ({
    json: { ...defaultAnswer('/api/summarize', call).json, ...changes },
  }));
  const { result } = await runJob(app.graphql, 'summarizeVideo', subjects);
  return result;
}

async function readSummaries(): Promise<Record<string, any>[]> {
  const { video } = await app.graphql.request(
    `query ($id: ID!) { video(id: $id) { summaries { ${summaryFields} claims { text } } } }`,
    { id: subjects.videoId },
  );
  return video.summaries;
}

test('key frames have one shape, whatever the model service leaves out', async () => {
  const frame = { timestamp: 0, description: 'A tug' };
  const given = [
    { ...frame, frame_number: 0, confidence: 0 },
    frame,
    { ...frame, frame_number: null },
  ];
  const unknown = { ...frame, frameNumber: null, confidence: null };
  const shown = [{ ...frame, frameNumber: 0, confidence: 0 }, unknown, unknown];
  expect(await summarizeAs({ key_frames: given })).toMatchObject({ keyFrames: shown });
  expect(await summarizeAs({ key_frames: undefined })).toMatchObject({ keyFrames: [] });
});

test('what the model service does not say is null, and 0 is a number', async () => {
  const nothing = { visual_analysis: null, audio_transcript: undefined };
  const summary = await summarizeAs({ ...nothing, confidence: 0, speaker_count: 0 });
  expect(summary).toMatchObject({ visualAnalysis: null, audioTranscript: null, confidence: 0 });
});

test('a summary that says nothing is kept, and there are no claims to extract from it', async () => {
  for (const summary of ['', ' \n\t\u00a0\u3000\u200b']) {
    const { id } = await summarizeAs({ summary });
    const calls = model.calls.length;
    const data = await app.graphql.request(
      `mutation ($input: ExtractClaimsInput!) {
          extractClaims(input: $input) { __typename ... on ValidationError { issues { path message } } }
        }`,
      { input: { summaryId: id } },
    );
    const message = 'The summary has no text, so there are no claims to extract.';
    expect(data['extractClaims']).toEqual({
      __typename: 'ValidationError',
      issues: [{ path: ['input', 'summaryId'], message }],
    });
    expect(model.calls).toHaveLength(calls);
  }
});

test('the model that a caller asks for is sent, and the job’s log says when another was used', async () => {
  const { id } = await summarizeAs({ summary: 'It leaves.' });
  const sentModel = () => (model.calls.at(-1)!.body as Record<string, unknown>)['model_id'];
  const extract = async (modelId?: string) => {
    const { logs } = await runJob(app.graphql, 'extractClaims', { summaryId: id, modelId });
    return (logs as { level: string; message: string }[]).filter(({ level }) => level === 'WARN');
  };
  expect(await extract('qwen-2.5-7B')).toEqual([]);
  expect(sentModel()).toBe('qwen-2.5-7B');
  expect(await extract('gemma')).toMatchObject([
    { message: 'The model gemma was asked for, and the model service used qwen-2-5-7b.' },
  ]);
  expect(await extract()).toEqual([]);
  expect(sentModel()).toBeUndefined();
});

test('conflicts that the model service cannot tell are null, and a synthesis without text is one', async () => {
  const { id } = await summarizeAs({ summary: 'It leaves.' });
  await runJob(app.graphql, 'extractClaims', { summaryId: id });
  const synthesize = async (changes: object) => {
    model.answer('/api/synthesize-summary', (call) => ({
      json: { ...defaultAnswer('/api/synthesize-summary', call).json, ...changes },
    }));
    return runJob(app.graphql, 'synthesizeClaims', { summaryIds: [id] });
  };
  const silent = await synthesize({ summary_gloss: undefined, synthesis_metadata: undefined });
  expect(silent['result']).toMatchObject({
    text: '',
    conflictCount: null,
    conflictsDetected: 0,
  });
  expect(silent['logs']).toContainEqual(expect.objectContaining({ level: 'WARN' }));
  const { result } = await synthesize({ synthesis_metadata: { conflicts_detected: 2 } });
  expect(result).toMatchObject({ conflictCount: 2, conflictsDetected: 2 });
});

test('a later run makes a new result, and the earlier one stays as it was', async () => {
  const first = await summarizeAs({ summary: 'It leaves.' });
  await runJob(app.graphql, 'extractClaims', { summaryId: first.id });
  const [before] = await readSummaries();
  expect(before).toEqual({ ...first, claims: [{ text: 'It leaves.' }] });

  const second = await summarizeAs({ summary: 'It came back.' });
  expect(second.id).not.toBe(first.id);
  const [newest, ...others] = await readSummaries();
  expect(newest).toEqual({ ...second, claims: [] });
  expect(others[0]).toEqual(before);
});

test('a synthesis leaves the summaries that it is made of as they were', async () => {
  const { id } = await summarizeAs({ summary: 'It leaves. It came back.' });
  await runJob(app.graphql, 'extractClaims', { summaryId: id });
  const before = await readSummaries();
  await runJob(app.graphql, 'synthesizeClaims', { summaryIds: [id] });
  expect(await readSummaries()).toEqual(before);
});

test('a later extraction makes new claims, and the earlier ones stay with their job', async () => {
  const { id } = await summarizeAs({ summary: 'It leaves. It came back.' });
  const first = await runJob(app.graphql, 'extractClaims', { summaryId: id });
  const second = await runJob(app.graphql, 'extractClaims', { summaryId: id, maxClaims: 1 });
  expect(second['result'].claims).toEqual(first['result'].claims.slice(0, 1));
  expect(first['result'].claims).toHaveLength(2);
  const [newest] = await readSummaries();
  expect(newest).toMatchObject({ id, claims: [{ text: 'It leaves.' }] });
});
