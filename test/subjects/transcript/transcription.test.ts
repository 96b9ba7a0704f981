import { beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import type { StackKind } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { segment, transcribe } from '../../environment/jobs/transcripts.ts';
import { defaultAnswer, streamAnswer } from '../../environment/model-service/answers.ts';
import { createGate } from '../../environment/model-service/gate.ts';

expectNoLeaks();

const path = 'harbour-news.mp4';
const audio_path = `/videos/${path}`;

/** An app, a video that it can transcribe, and what tests do with both. */
function useTranscription(kind: StackKind) {
  const { app, model } = useTestApp(kind, {
    env: { MEDIA_ROOT: '/videos', TRANSCRIPTION_BACKOFF_MS: '1', TRANSCRIPTION_ATTEMPTS: '2' },
  });
  let videoId: string;

  beforeAll(async () => {
    ({ videoId } = await createSubjects(app.graphql, { path }));
  });

  /** Counts the calls from now on. */
  function listenToCalls() {
    const before = model.calls.length;
    return {
      list: () => model.calls.slice(before).map((call) => [call.path, call.body]),
      paths: () => model.calls.slice(before).map((call) => call.path),
    };
  }

  async function control(mutation: 'cancelJob' | 'retryJob', id: string): Promise<void> {
    const document = `mutation ($id: ID!) { ${mutation}(id: $id) { __typename } }`;
    const data = await app.graphql.request(document, { id });
    expect(data[mutation].__typename).toMatch(/Payload$/);
  }

  return { app, model, listenToCalls, control, getVideoId: () => videoId };
}

describe.each(stackKinds)('a transcription on the %s stack', (kind) => {
  const { app, listenToCalls, getVideoId } = useTranscription(kind);

  test('has what is said, and when', async () => {
    const videoId = getVideoId();
    const calls = listenToCalls();
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
    expect(calls.list()).toEqual([['/api/transcribe', { audio_path }]]);
    const { transcript } = await app.graphql.request(
      'query ($id: ID!) { transcript(id: $id) { text } }',
      { id: result.id.toUpperCase() },
    );
    expect(transcript).toEqual({ text: result.text });
    const polled = (await (await fetch(`${app.url}/api/jobs/${id}`)).json()) as { result: object };
    const { segments: _segments, video: _video, ...plain } = result;
    expect(polled).toMatchObject({ type: 'TRANSCRIPTION', state: 'completed', result: plain });
  });
});

describe('a transcription', () => {
  const { app, model, listenToCalls, control, getVideoId } = useTranscription('external');
  let videoId: string;

  beforeAll(() => {
    videoId = getVideoId();
  });

  test('tells the speakers apart by a second call', async () => {
    const calls = listenToCalls();
    const input = { videoId, language: 'pt-BR', diarize: true };
    const { result } = await transcribe(app.graphql, input);
    expect(result).toMatchObject({
      language: 'pt-BR',
      speakers: ['SPEAKER_00', 'SPEAKER_01'],
      modelsUsed: ['whisper-v3-turbo', 'pyannote-3'],
      segments: [{ speaker: 'SPEAKER_00' }, { speaker: 'SPEAKER_01' }],
    });
    expect(calls.list()).toEqual([
      ['/api/transcribe', { audio_path, language: 'pt-BR' }],
      ['/api/diarize', { audio_path }],
    ]);
  });

  test('shows its progress during both calls', async () => {
    const steps = ['/api/transcribe', '/api/diarize'] as const;
    const gates = steps.map((step) => {
      const gate = createGate();
      const stage = `Half of ${step}`;
      model.answer(step, streamAnswer(step, [{ progress: 0.5, stage }, gate]));
      return gate;
    });
    const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId, diarize: true });
    const versions = followJob(app.graphql, 'sse', id);
    for (const [index, progress] of [32, 75].entries()) {
      await eventually(async () => {
        const { job } = await app.graphql.request(
          'query ($id: ID!) { job(id: $id) { progress stage } }',
          { id },
        );
        expect(job).toEqual({ progress, stage: `Half of ${steps[index]}` });
      });
      gates[index]!.open();
    }
    expect((await versions).at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
    for (const step of steps) model.answer(step, (call) => defaultAnswer(step, call));
  });

  test.each(['/api/transcribe', '/api/diarize'] as const)(
    'that is canceled during %s aborts that call, and a retry makes both again',
    async (step) => {
      const calls = listenToCalls();
      const gate = model.hold(step);
      const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId, diarize: true });
      await gate.reached();
      const versions = followJob(app.graphql, 'sse', id);
      await control('cancelJob', id);
      await eventually(() =>
        expect(model.calls.at(-1)).toMatchObject({ path: step, aborted: true }),
      );
      expect((await versions).at(-1)).toMatchObject({ state: 'CANCELED' });
      gate.open();

      const before = calls.paths();
      await control('retryJob', id);
      expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({
        state: 'COMPLETED',
      });
      expect(calls.paths()).toEqual([...before, '/api/transcribe', '/api/diarize']);
    },
  );

  test('whose second call fails once makes both again', async () => {
    let failures = 0;
    model.answer('/api/diarize', (call) => {
      failures += 1;
      const isFirst = failures === 1;
      return isFirst ? { status: 500, json: { detail: 'x' } } : defaultAnswer('/api/diarize', call);
    });
    const calls = listenToCalls();
    const { attempts, result } = await transcribe(app.graphql, { videoId, diarize: true });
    expect(attempts).toMatchObject([{ error: { code: 'MODEL_UNAVAILABLE' } }, { error: null }]);
    expect(result).toMatchObject({ segmentCount: 2 });
    const both = ['/api/transcribe', '/api/diarize'];
    expect(calls.paths()).toEqual([...both, ...both]);
  });

  test('of one key is one job', async () => {
    const options = { idempotencyKey: 'once' };
    const { id } = await startJob(app.graphql, 'transcribeVideo', { videoId }, options);
    const document = `mutation ($input: TranscribeVideoInput!, $options: JobOptions) {
      transcribeVideo(input: $input, options: $options) {
        ... on TranscribeVideoPayload { created job { id } }
        ... on IdempotencyConflictError { existingJobId } } }`;
    const again = async (input: object) =>
      (await app.graphql.request(document, { input, options })).transcribeVideo;
    expect(await again({ videoId })).toEqual({ created: false, job: { id } });
    expect(await again({ videoId, diarize: true })).toEqual({ existingJobId: id });
    await followJob(app.graphql, 'sse', id);
  });
});
