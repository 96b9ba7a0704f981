import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';
import type { SummarizeRequest } from '../../src/subjects/summary/wire.ts';
import {
  connect,
  createModelService,
  failureOf,
  listen,
  newCall,
  readBody,
  replyJson,
  request,
  summarize,
  summary,
} from './service.ts';

describe('requests', () => {
  test('ask for lines or JSON, with defaults filled in and empty fields absent', async () => {
    let seen: unknown;
    const service = await connect(async (incoming, response) => {
      const { method, url, headers } = incoming;
      seen = {
        method,
        url,
        accept: headers.accept,
        type: headers['content-type'],
        body: await readBody(incoming),
      };
      replyJson(200, summary)(incoming, response);
    });
    await service.summarize(
      { ...request, video_path: null, persona_role: undefined, max_frames: 5, model_id: 'm-7b' },
      newCall(),
    );
    expect(seen).toEqual({
      method: 'POST',
      url: '/api/summarize',
      accept: 'application/x-ndjson, application/json',
      type: 'application/json',
      body: {
        video_id: 'v1',
        persona_id: 'p1',
        frame_sample_rate: 1,
        max_frames: 5,
        enable_audio: false,
        enable_speaker_diarization: false,
        model_id: 'm-7b',
      },
    });
  });

  test('go to no video at a name that has become one of an address inside', async () => {
    const seen: unknown[] = [];
    let address = '93.184.215.14';
    const lookup = async () => [{ address }];
    const service = await connect(
      async (incoming, response) => {
        seen.push((await readBody(incoming))['video_path']);
        replyJson(200, summary)(incoming, response);
      },
      { mediaPolicy: createMediaPolicy({ root: '/media', allowedHosts: null, lookup }) },
    );
    const ask = () =>
      service.summarize({ ...request, video_path: 'https://example.org/a.mp4' }, newCall());
    await ask();
    address = '10.0.0.7';
    const { code, message } = await failureOf(ask());
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'The path of the video is not allowed. Must be at a public host; this one has an address that is not.',
    );
    expect(seen).toEqual(['https://example.org/a.mp4']);
  });

  test('keep the path of the url that was given', async () => {
    const url = await listen(
      createServer((incoming, response) =>
        replyJson(200, { ...summary, summary: incoming.url })(incoming, response),
      ),
    );
    const service = createModelService({ url: `${url}/models` });
    expect(await summarize(service)).toMatchObject({ summary: '/models/api/summarize' });
  });

  test.each<[string, Partial<SummarizeRequest>, string]>([
    ['out of range', { max_frames: 101 }, 'max_frames: '],
    ['not finite', { frame_sample_rate: Number.NaN }, 'frame_sample_rate: '],
    ['of the wrong type', { video_id: 7 as unknown as string }, 'video_id: '],
  ])('with a value %s are refused before they are sent', async (_what, fault, words) => {
    const service = await connect(() => expect.unreachable());
    const failure = await failureOf(service.summarize({ ...request, ...fault }, newCall()));
    expect(failure.code).toBe('INVALID_INPUT');
    expect(failure.message).toContain(words);
  });
});
