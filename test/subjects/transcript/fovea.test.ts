import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { segment, transcribe } from '../../environment/jobs/transcripts.ts';
import { startFoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import type { FoveaService } from '../../environment/model-service/fovea/fovea-service.ts';
import { createSpeechRoutes } from '../../environment/model-service/fovea/transcribe.ts';

expectNoLeaks();

const recording = {
  duration: 21.4,
  language: 'de',
  segments: [
    { start: 0, end: 4.2, text: ' Guten Abend.' },
    { start: 4.2, end: 9.8, text: ' Was kostet der Hafen?' },
    { start: 10.1, end: 16, text: ' Vier Millionen. Im Jahr?' },
    { start: 18, end: 18.5, text: ' Danke.' },
  ],
  turns: [
    { start: 0.1, end: 9.7, speaker: 'SPEAKER_00' },
    { start: 9.9, end: 13.5, speaker: 'SPEAKER_01' },
    // Two voices at once.
    { start: 13.2, end: 15.5, speaker: 'SPEAKER_00' },
  ],
};
const routes = createSpeechRoutes({ '/videos/talk.mp4': recording });

describe.each(['/api/transcribe', '/api/diarize'])('FOVEA’s %s', (path) => {
  const answer = routes[path]!;

  test.each<[what: string, request: unknown, fault: object]>([
    ['no path', {}, { type: 'missing', loc: ['body', 'audio_path'] }],
    ['a blank path', { audio_path: ' ' }, { loc: ['body', 'audio_path'] }],
    ['a path that is no text', { audio_path: 5 }, { loc: ['body', 'audio_path'] }],
    [
      'another field',
      { audio_path: '/videos/talk.mp4', video_path: '/videos/talk.mp4' },
      { type: 'extra_forbidden', loc: ['body', 'video_path'] },
    ],
  ])('refuses %s', (_what, request, fault) => {
    const { status, body } = answer(request);
    expect(status).toBe(422);
    expect(body).toMatchObject({ detail: [fault] });
  });
});

describe('with FOVEA’s model service, a transcription', () => {
  let opened: AsyncDisposableStack;
  let fovea: FoveaService;
  let app: TestApp;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    const stack = opening.use(await createTestStack('external'));
    fovea = opening.use(await startFoveaService(routes));
    const env = { MEDIA_ROOT: '/data', MEDIA_PATH_MAP: '/data/=/videos/' };
    const settings = { TRANSCRIPTION_ATTEMPTS: '2', TRANSCRIPTION_BACKOFF_MS: '1' };
    const all = { MODEL_SERVICE_URL: fovea.url, ...env, ...settings };
    app = opening.use(await startTestApp({ stack, env: all }));
    opened = opening.move();
  });

  afterAll(() => opened.disposeAsync());

  test('of both calls keeps to its contract', async () => {
    const { videoId } = await createSubjects(app.graphql, { path: 'talk.mp4' });
    const { result, logs } = await transcribe(app.graphql, { videoId, diarize: true });
    expect(fovea.calls).toMatchObject([
      { path: '/api/transcribe', body: { audio_path: '/videos/talk.mp4' }, status: 200 },
      { path: '/api/diarize', body: { audio_path: '/videos/talk.mp4' }, status: 200 },
    ]);
    expect(result).toMatchObject({
      language: 'de',
      durationSeconds: 21.4,
      modelsUsed: ['whisper-v3-turbo', 'pyannote-audio-3-1'],
      speakers: ['SPEAKER_00', 'SPEAKER_01'],
      segments: [
        segment(0, 0, 4.2, 'Guten Abend.', 'SPEAKER_00'),
        segment(1, 4.2, 9.8, 'Was kostet der Hafen?', 'SPEAKER_00'),
        segment(2, 10.1, 16, 'Vier Millionen. Im Jahr?', 'SPEAKER_01'),
        segment(3, 18, 18.5, 'Danke.'),
      ],
    });
    expect(logs).toEqual([]);
  });

  test('of a file that is not there fails, and says nothing of where it was looked for', async () => {
    const { videoId } = await createSubjects(app.graphql, { path: 'secret-place.mp4' });
    const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
    const final = (await followJob(app.graphql, 'sse', id)).at(-1)!;
    expect(final).toMatchObject({
      state: 'FAILED',
      attempt: 2,
      error: { code: 'MODEL_UNAVAILABLE', message: 'The model service failed (500).' },
    });
    expect(JSON.stringify(final)).not.toMatch(/secret|videos/);
  });
});

test('of a release without these endpoints, a client reads that they are missing', async () => {
  await using stack = await createTestStack('external');
  await using old = await startFoveaService({});
  const env = { MODEL_SERVICE_URL: old.url, TRANSCRIPTION_ATTEMPTS: '1' };
  await using app = await startTestApp({ stack, env });
  const { videoId } = await createSubjects(app.graphql);
  const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId });
  const message =
    'The model service has no such endpoint (404): its address or its version is wrong.';
  expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({
    state: 'FAILED',
    error: { code: 'MODEL_UNAVAILABLE', message },
  });
});
