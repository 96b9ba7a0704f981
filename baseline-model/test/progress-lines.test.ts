import { describe, expect, test } from 'vitest';
import { serve as startServer } from '../src/http/serve.ts';
import {
  createMediaFolder,
  harbour,
  ndjson,
  post,
  readLines,
  serve,
  serveOptions,
  silent,
} from './environment/service.ts';

describe('lines of progress', () => {
  const claims = [
    { id: 'a', text: 'The bridge cost 48 million euros.', confidence: 0.9, subclaims: [] },
  ];
  test.each([
    ['/api/summarize', { ...harbour, persona_id: 'p' }],
    ['/api/extract-claims', { summary_id: 's', summary_text: 'The bridge cost 48 million euros.' }],
    [
      '/api/synthesize-summary',
      { summary_id: 's', claim_sources: [{ source_id: 'v', source_type: 'video', claims }] },
    ],
  ])('of %s never fall, and the last line is the result', async (path, body) => {
    const lines = await readLines(await serve(), path, body);
    const progress = lines.flatMap((line) => ('progress' in line ? line.progress : []));
    expect(progress.length).toBeGreaterThanOrEqual(8);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(lines.filter((line) => 'result' in line)).toEqual([lines.at(-1)]);
  });

  test('tell when the length had to be taken from the transcript', async () => {
    const mediaRoot = await createMediaFolder({
      'talk.mp4': 'no video',
      'talk.vtt': 'WEBVTT\n\n00:01.000 --> 00:04.500\nThe bridge is open now.',
    });
    const lines = await readLines(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      persona_id: 'p',
    });
    const logs = lines.flatMap((line) => ('log' in line ? line.log : []));
    expect(logs).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('4.5 s') as string,
    });
  });

  test('what is known to be wrong before work begins is a plain status', async () => {
    const body = { video_id: 'nowhere', persona_id: 'p' };
    const response = await post(await serve(), '/api/summarize', body, ndjson);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test('work stops when the client goes away', async () => {
    const abandoned = Promise.withResolvers<void>();
    const logger = {
      ...silent,
      info: (_: unknown, message?: string) => {
        if (message === 'request abandoned by its client') abandoned.resolve();
      },
    };
    const url = await serve({ stepDelayMs: 60_000, logger });
    const client = new AbortController();
    const response = await fetch(`${url}/api/summarize`, {
      method: 'POST',
      headers: ndjson,
      body: JSON.stringify({ ...harbour, persona_id: 'p' }),
      signal: client.signal,
    });
    await response.body?.getReader().read();
    client.abort();
    await expect(abandoned.promise).resolves.toBeUndefined();
  });

  test('disposal ends a call that is under way', async () => {
    const service = await startServer({ ...serveOptions, stepDelayMs: 60_000 });
    const response = await post(
      service.url,
      '/api/summarize',
      { ...harbour, persona_id: 'p' },
      ndjson,
    );
    await service[Symbol.asyncDispose]();
    await expect(response.text()).rejects.toThrow();
  });
});
