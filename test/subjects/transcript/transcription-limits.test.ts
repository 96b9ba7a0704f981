import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';

expectNoLeaks();

const many = (count: number, text = 'a') =>
  Array.from({ length: count }, (_, start) => ({ start, end: start + 1, text }));

describe('a transcription', () => {
  const { app, model } = useTestApp('external', { env: { TRANSCRIPTION_ATTEMPTS: '1' } });
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createSubjects(app.graphql));
  });

  test('as large as it may be is read in pages, and no page may be larger', async () => {
    model.answer('/api/transcribe', { json: { segments: many(100_000) } });
    const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
    const read = (segments: string) =>
      app.graphql.send(
        `query ($id: ID!) { job(id: $id) { ... on TranscriptionJob {
          result { segmentCount segments${segments} { index text } } } } }`,
        { id },
      );
    const { data } = await read('(first: 1000, after: 98999)');
    const { segmentCount, segments } = (data as any).job.result;
    expect(segmentCount).toBe(100_000);
    expect(segments).toHaveLength(1_000);
    expect(segments.at(-1)).toEqual({ index: 99_999, text: 'a' });
    const byDefault = (await read('')).data as any;
    expect(byDefault.job.result.segments).toHaveLength(500);
    for (const first of [-1, 1_001]) {
      expect((await read(`(first: ${first})`)).errors).toMatchObject([
        { message: `\`first\` must be from 0 to 1000, not ${first}.` },
      ]);
    }
    const page = `{ jobs(first: 10) { edges { node { ... on TranscriptionJob {
      result { segments { text } } } } } } }`;
    expect((await app.graphql.send(page)).errors).toBeUndefined();
    expect((await app.graphql.send(page.replace('10', '50'))).errors).toMatchObject([
      { extensions: { code: 'QUERY_TOO_COSTLY' } },
    ]);
  });

  test('the input is checked before anything is stored', async () => {
    const start = async (input: object) => {
      const data = await app.graphql.request(
        `mutation ($input: TranscribeVideoInput!) { transcribeVideo(input: $input) {
          __typename ... on Error { message } ... on ValidationError { issues { path message } } } }`,
        { input },
      );
      return data['transcribeVideo'];
    };
    const message = 'Must be a language tag such as "en" or "pt-BR".';
    for (const language of ['', 'e', 'english language', 'en_GB', 'en-', 'en\0']) {
      expect(await start({ videoId, language })).toMatchObject({
        __typename: 'ValidationError',
        issues: [{ path: ['input', 'language'], message }],
      });
    }
    for (const language of [null, 'en', 'pt-BR']) {
      const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId, language });
      const { job } = await app.graphql.request(
        `query ($id: ID!) { job(id: $id) { ... on TranscriptionJob { input { videoId language diarize } } } }`,
        { id },
      );
      expect(job.input).toEqual({ videoId, language, diarize: false });
      await followJob(app.graphql, 'sse', id);
    }
    expect(await start({ videoId: 'not there' })).toEqual({
      __typename: 'NotFoundError',
      message: 'There is no video with the id "not there".',
    });
  });
});
