import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { createSubjects, followJob, readJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { defaultAnswer } from '../environment/model-service/answers.ts';

expectNoLeaks();

const analyze = `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
  analyzeVideo(input: $input, options: $options) {
    __typename
    ... on AnalyzeVideoPayload { created pipeline { id jobs { id type state } } }
    ... on IdempotencyConflictError { existingJobId }
    ... on ValidationError { issues { path message } }
  }
}`;

describe('an analysis', () => {
  const { app, model } = useTestApp('external', { env: { TRANSCRIPTION_ATTEMPTS: '1' } });
  let subjects: Subjects;

  beforeAll(async () => {
    subjects = await createSubjects(app.graphql);
  });

  async function start(input: object, options: object = {}) {
    const variables = { input: { ...subjects, ...input }, options };
    return (await app.graphql.request(analyze, variables))['analyzeVideo'];
  }

  async function startSteps(input: object, options: object = {}): Promise<string[]> {
    const { pipeline, created } = await start(input, options);
    expect(created).toBe(true);
    expect(pipeline.jobs.map(({ type }: { type: string }) => type)).toEqual([
      'TRANSCRIPTION',
      'VIDEO_SUMMARIZATION',
      'CLAIM_EXTRACTION',
      'CLAIM_SYNTHESIS',
    ]);
    return pipeline.jobs.map(({ id }: { id: string }) => id);
  }

  const follow = async (id: string) => (await followJob(app.graphql, 'sse', id)).at(-1)!;

  test('begins with a transcript where that is wanted', async () => {
    const ids = await startSteps({ transcribe: { language: 'de', diarize: true } });
    const ends = await Promise.all(ids.map(follow));
    expect(ends).toMatchObject(ids.map(() => ({ state: 'COMPLETED' })));
    const [first, second] = ends;
    expect(Date.parse(second!['startedAt'])).toBeGreaterThanOrEqual(
      Date.parse(first!['completedAt']),
    );
    const { job } = await app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ... on TranscriptionJob {
        input { videoId language diarize } result { speakers } } } }`,
      { id: ids[0] },
    );
    expect(job).toEqual({
      input: { videoId: subjects.videoId, language: 'de', diarize: true },
      result: { speakers: ['SPEAKER_00', 'SPEAKER_01'] },
    });
  });

  test('whose transcript fails summarizes nothing until that is retried', async () => {
    model.answer('/api/transcribe', { status: 404, json: { detail: 'No such audio' } });
    const ids = await startSteps({ transcribe: {} });
    const last = await follow(ids[3]!);
    expect(last).toMatchObject({ state: 'CANCELED', error: { code: 'PREDECESSOR_FAILED' } });
    expect(await readJob(app.graphql, ids[0]!)).toMatchObject({ state: 'FAILED' });
    expect(await readJob(app.graphql, ids[1]!)).toMatchObject({ state: 'CANCELED', attempts: [] });
    model.answer('/api/transcribe', (call) => defaultAnswer('/api/transcribe', call));
    await app.graphql.request('mutation ($id: ID!) { retryJob(id: $id) { __typename } }', {
      id: ids[0],
    });
    const ends = await Promise.all(ids.map(follow));
    expect(ends).toMatchObject(ids.map(() => ({ state: 'COMPLETED', error: null })));
  });

  test('of one key is one analysis, and of another input it is refused', async () => {
    const delayMs = 3_600_000;
    const options = { idempotencyKey: 'with', delayMs };
    const input = { transcribe: { language: 'en' } };
    const concurrent = await Promise.all(Array.from({ length: 5 }, () => start(input, options)));
    const [first, ...again] = concurrent.toSorted((a, b) => Number(b.created) - Number(a.created));
    expect(first.created).toBe(true);
    expect(again).toEqual(again.map(() => ({ ...first, created: false })));
    expect(first.pipeline.jobs).toMatchObject([
      { state: 'DELAYED' },
      ...Array.from({ length: 3 }, () => ({ state: 'QUEUED' })),
    ]);
    const conflict = {
      __typename: 'IdempotencyConflictError',
      existingJobId: first.pipeline.jobs[1].id,
    };
    const changes = [{ enableAudio: true }, { maxClaims: 7 }, { transcribe: {} }];
    for (const other of [{}, ...changes.map((change) => ({ ...input, ...change }))]) {
      expect(await start(other, options)).toEqual(conflict);
    }
    const without = { idempotencyKey: 'without', delayMs };
    const plain = await start({}, without);
    expect(plain.pipeline.jobs).toHaveLength(3);
    expect(await start(input, without)).toMatchObject({
      __typename: 'IdempotencyConflictError',
      existingJobId: plain.pipeline.jobs[0].id,
    });
    const { jobs } = await app.graphql.request(
      '{ jobs(first: 100, filter: { states: [DELAYED] }) { edges { node { id } } } }',
    );
    expect(jobs.edges).toHaveLength(2);
  });

  test('says what is wrong with how to transcribe', async () => {
    expect(await start({ transcribe: { language: '?' } })).toEqual({
      __typename: 'ValidationError',
      issues: [
        {
          path: ['input', 'transcribe', 'language'],
          message: 'Must be a language tag such as "en" or "pt-BR".',
        },
      ],
    });
  });
});
