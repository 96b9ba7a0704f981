import { expect, test } from 'vitest';
import { createMediaFolder, post, serve } from './environment/service.ts';

async function answerOf(path: string, body: object, url?: string): Promise<unknown> {
  const response = await post(url ?? (await serve()), path, body);
  const answer: unknown = await response.json();
  return response.status === 200 ? answer : { status: response.status, answer };
}

test('a file is transcribed by the transcript beside it, and the answer says so', async () => {
  expect(await answerOf('/api/transcribe', { audio_path: 'harbour-news.mp4' })).toEqual({
    text: expect.stringMatching(/^Good evening and welcome to the Harbour News/u) as string,
    segments: expect.arrayContaining([
      {
        start: expect.any(Number) as number,
        end: expect.any(Number) as number,
        text: expect.stringContaining('48 million euros') as string,
        confidence: null,
      },
    ]) as object[],
    language: 'en',
    duration: 246,
    processing_time: expect.any(Number) as number,
    model_used: 'fovea-baseline-1 (transcript file)',
  });
});

test('the language that is asked for chooses the transcript', async () => {
  const mediaRoot = await createMediaFolder({
    'talk.mp3': 'x',
    'talk.en.vtt': 'WEBVTT\n\n00:01.000 --> 00:02.500\nThe bridge is open now.',
    'talk.de.vtt': 'WEBVTT\n\n00:01.000 --> 00:03.500\nDie Brücke ist jetzt offen.',
  });
  const request = { audio_path: 'talk.mp3', language: 'de' };
  expect(await answerOf('/api/transcribe', request, await serve({ mediaRoot }))).toMatchObject({
    text: 'Die Brücke ist jetzt offen.',
    language: 'de',
    duration: 3.5,
  });
});

test('speakers are those that the transcript names', async () => {
  const answer = await answerOf('/api/diarize', { audio_path: 'bee-interview.webm' });
  expect(answer).toMatchObject({
    segments: expect.arrayContaining([{ start: 0.5, end: 3.9, speaker: 'HELGA' }]) as object[],
    speakers: ['HELGA', 'PROF. ADEYEMI'],
    model_used: 'fovea-baseline-1 (transcript file)',
  });
});

test('without names there are no speakers', async () => {
  const mediaRoot = await createMediaFolder({
    'talk.mp4': 'x',
    'talk.vtt': 'WEBVTT\n\n00:01.000 --> 00:02.500\nThe bridge is open now.',
  });
  const url = await serve({ mediaRoot });
  const answer = await answerOf('/api/diarize', { audio_path: 'talk.mp4', num_speakers: 2 }, url);
  expect(answer).toMatchObject({ segments: [], speakers: [] });
});

test.each(['/api/transcribe', '/api/diarize'])('%s refuses what it cannot read', async (path) => {
  const url = await serve();
  const refusalOf = async (audio_path: string) => answerOf(path, { audio_path }, url);
  const withDetail = (status: number, detail: string) => ({ status, answer: { detail } });
  expect(await refusalOf('nowhere.mp4')).toEqual(withDetail(404, 'Video not found: nowhere.mp4'));
  expect(await refusalOf('../package.json')).toMatchObject({ status: 404 });
  expect(await refusalOf('https://example.org/a.mp3')).toMatchObject({ status: 400 });
  expect(await refusalOf('crossing-shapes.mp4')).toMatchObject({
    status: 404,
    answer: { detail: expect.stringContaining('looked for crossing-shapes.vtt') as string },
  });
  expect(await answerOf(path, {}, url)).toMatchObject({
    status: 422,
    answer: { detail: [{ type: 'missing', loc: ['body', 'audio_path'] }] },
  });
});
