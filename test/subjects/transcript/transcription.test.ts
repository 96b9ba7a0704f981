import { beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import { segment, transcribe } from '../../environment/jobs/transcripts.ts';

expectNoLeaks();

const path = 'harbour-news.mp4';

describe.each(stackKinds)('a transcription on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind, { env: { MEDIA_ROOT: '/videos' } });
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createSubjects(app.graphql, { path }));
  });

  /** The requests since a number of calls. */
  const callsSince = (count: number) =>
    model.calls.slice(count).map((call) => [call.path, call.body]);

  test('has what is said, and when', async () => {
    const before = model.calls.length;
    const { id, result } = await transcribe(app.graphql, { videoId });
    expect(result).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      language: 'en',
      durationSeconds: 12.5,
      segmentCount: 2,
      speakers: [],
      modelsUsed: ['whisper-v3-turbo'],
      text: 'Welcome to the harbour.\nTwo vessels enter.',
      segments: [
        segment(0, 0, 2.5, 'Welcome to the harbour.'),
        segment(1, 2.5, 4, 'Two vessels enter.'),
      ],
      video: { id: videoId },
    });
    const request = { audio_path: `/videos/${path}` };
    expect(callsSince(before)).toEqual([['/api/transcribe', request]]);
    const polled = (await (await fetch(`${app.url}/api/jobs/${id}`)).json()) as { result: object };
    const { segments: _segments, video: _video, ...plain } = result;
    expect(polled).toMatchObject({ type: 'TRANSCRIPTION', state: 'completed', result: plain });
  });

  test('tells the speakers apart where that is wanted', async () => {
    const before = model.calls.length;
    const input = { videoId, language: 'pt-BR', diarize: true };
    const { result } = await transcribe(app.graphql, input);
    expect(result).toMatchObject({
      language: 'pt-BR',
      speakers: ['SPEAKER_00', 'SPEAKER_01'],
      modelsUsed: ['whisper-v3-turbo', 'pyannote-3'],
      segments: [{ speaker: 'SPEAKER_00' }, { speaker: 'SPEAKER_01' }],
    });
    const audio_path = `/videos/${path}`;
    expect(callsSince(before)).toEqual([
      ['/api/transcribe', { audio_path, language: 'pt-BR' }],
      ['/api/diarize', { audio_path }],
    ]);
  });
});
