import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { segment, transcribe } from '../../environment/jobs/transcripts.ts';

expectNoLeaks();

const said = { start: 0, end: 1, text: ' Hello.' };
const whole = { text: ' Hello.', segments: [said], language: 'en', duration: 9, model_used: 'm' };
const many = (count: number, text = 'a') =>
  Array.from({ length: count }, (_, start) => ({ start, end: start + 1, text }));
const turns = (count: number) =>
  Array.from({ length: count }, (_, start) => ({ start, end: start + 1, speaker: `S${start}` }));

/** On one stack only: the worker, which is the same on both, decides what an answer is. */
describe('of a transcription', () => {
  const { app, model } = useTestApp('external', { env: { TRANSCRIPTION_ATTEMPTS: '1' } });
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createSubjects(app.graphql));
  });

  async function fail(input: object = {}): Promise<{ code: string; message: string }> {
    const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId, ...input });
    const final = (await followJob(app.graphql, 'sse', id)).at(-1)!;
    expect(final).toMatchObject({ state: 'FAILED' });
    return final['error'];
  }

  test.each<[what: string, answer: object, fault: string]>([
    ['no segments', { ...whole, segments: undefined }, 'segments'],
    ['segments that are no list', { ...whole, segments: {} }, 'segments'],
    ['a time in text', { ...whole, segments: [{ ...said, start: '0' }] }, 'segments.0.start'],
    ['a time that is null', { ...whole, segments: [{ ...said, end: null }] }, 'segments.0.end'],
    ['a time without bounds', { ...whole, segments: [{ ...said, end: 1e9 }] }, 'segments.0.end'],
    ['a segment without text', { ...whole, segments: [{ start: 0, end: 1 }] }, 'segments.0.text'],
    [
      'a speaker that is a number',
      { ...whole, segments: [{ ...said, speaker: 1 }] },
      'segments.0.speaker',
    ],
    ['a negative duration', { ...whole, duration: -1 }, 'duration'],
    [
      'too many segments',
      { ...whole, segments: many(100_001) },
      'segments: there are more than 100000',
    ],
    [
      'too much text',
      { ...whole, segments: many(5_001, 'a'.repeat(1_000)) },
      'segments: they have more than 5000000',
    ],
  ])('an answer with %s is refused', async (_what, answer, fault) => {
    model.answer('/api/transcribe', { json: answer });
    const { code, message } = await fail();
    expect(code).toBe('MODEL_BAD_RESPONSE');
    expect(message).toContain(`is not of the agreed shape: ${fault}`);
  });

  test.each<[what: string, answer: object, fault: string]>([
    ['no segments', {}, 'segments'],
    ['a nameless speaker', { segments: [{ start: 0, end: 1 }] }, 'segments.0.speaker'],
    ['too many speakers', { segments: turns(201) }, 'segments: they have more than 200 speakers'],
  ])('speakers with %s are refused', async (_what, answer, fault) => {
    model.answer('/api/transcribe', { json: whole });
    model.answer('/api/diarize', { json: answer });
    const { code, message } = await fail({ diarize: true });
    expect(code).toBe('MODEL_BAD_RESPONSE');
    expect(message).toContain(`is not of the agreed shape: ${fault}`);
  });

  test.each<[what: string, answer: object, shown: object, warning: string | undefined]>([
    ['all that it needs', whole, { segments: [segment(0, 0, 1, 'Hello.')] }, undefined],
    [
      'no more than segments',
      { segments: [said] },
      { language: null, durationSeconds: null, modelsUsed: [], segmentCount: 1 },
      undefined,
    ],
    [
      'speakers of its own',
      { segments: [{ ...said, speaker: 'Ann', confidence: 0.5 }] },
      { speakers: ['Ann'], segments: [{ speaker: 'Ann' }] },
      undefined,
    ],
    [
      'negative times, in no order',
      {
        segments: [
          { start: 5, end: 4, text: 'b' },
          { start: -0.1, end: 1, text: 'a' },
        ],
      },
      { segments: [segment(0, 0, 1, 'a'), segment(1, 5, 5, 'b')] },
      undefined,
    ],
    [
      'a segment without words',
      { segments: [said, { start: 1, end: 2, text: ' \u200b' }] },
      { segmentCount: 1 },
      undefined,
    ],
    [
      'a segment that is too long',
      { segments: [{ ...said, text: 'a'.repeat(5_001) }] },
      { segments: [segment(0, 0, 1, 'a'.repeat(5_000))] },
      'The text of 1 segment was cut to 5000 characters.',
    ],
    [
      'silence',
      { text: ' ', segments: [] },
      { segmentCount: 0, segments: [], text: '', speakers: [] },
      'The model service heard no speech.',
    ],
    [
      'text without times',
      { text: ' Hello.', segments: [], duration: 9 },
      { segments: [segment(0, 0, 9, 'Hello.')] },
      'The model service gave no times: the transcript is one segment.',
    ],
  ])('an answer with %s is a transcript', async (_what, answer, shown, warning) => {
    model.answer('/api/transcribe', { json: answer });
    const { result, logs } = await transcribe(app.graphql, { videoId });
    expect(result).toMatchObject(shown);
    const expected = warning === undefined ? [] : [{ level: 'WARN', message: warning }];
    expect(logs).toMatchObject(expected);
    expect(logs).toHaveLength(expected.length);
  });

  test('a segment during which no speaker is heard has none, and the job’s log says so', async () => {
    model.answer('/api/transcribe', { json: { segments: [{ ...said, speaker: 'kept?' }] } });
    model.answer('/api/diarize', { json: { segments: [{ start: 5, end: 6, speaker: 'A' }] } });
    const { result, logs } = await transcribe(app.graphql, { videoId, diarize: true });
    expect(result).toMatchObject({ speakers: [], segments: [{ speaker: null }] });
    const message = 'The model service told no speakers apart.';
    expect(logs).toMatchObject([{ level: 'WARN', message }]);
  });
});
