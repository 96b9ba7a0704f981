import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { json, post, serve } from './environment/service.ts';

describe('requests that are wrong', () => {
  const video = { video_id: 'v', persona_id: 'p' };
  const text = { summary_id: 's', summary_text: '' };
  const source = { source_id: 'v', source_type: 'x', claims: [] };
  const withSources = (claim_sources: object[]) => ({ summary_id: 's', claim_sources });
  test.each([
    ['summarize', { persona_id: 'p' }, 'missing', ['video_id']],
    ['summarize', { ...video, max_frames: 0 }, 'too_small', ['max_frames']],
    ['summarize', { ...video, fusion_strategy: 'x' }, 'invalid_value', ['fusion_strategy']],
    ['extract-claims', { ...text, summary_text: 5 }, 'invalid_type', ['summary_text']],
    ['extract-claims', { ...text, max_claims: 201 }, 'too_big', ['max_claims']],
    ['synthesize-summary', withSources([]), 'too_small', ['claim_sources']],
    [
      'synthesize-summary',
      withSources([source]),
      'invalid_value',
      ['claim_sources', 0, 'source_type'],
    ],
  ])('/api/%s with %j is 422 of type %s', async (path, body, type, loc) => {
    const response = await post(await serve(), `/api/${path}`, body);
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      detail: [expect.objectContaining({ type, loc: ['body', ...loc], msg: expect.any(String) })],
    });
  });

  test('a large input is not repeated in the answer', async () => {
    const body = { summary_id: 's', summary_text: 'x', max_claims: 'y'.repeat(5000) };
    const response = await post(await serve(), '/api/extract-claims', body);
    expect((await response.text()).length).toBeLessThan(500);
  });

  test.each([
    ['GET', '/api/nothing', 404, { detail: 'Not Found' }],
    ['GET', '/api/summarize', 405, { detail: 'Method Not Allowed' }],
  ])('%s %s is %d', async (method, path, status, body) => {
    const response = await fetch((await serve()) + path, { method });
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  test('a body that is no JSON is 422', async () => {
    const response = await fetch(`${await serve()}/api/summarize`, {
      method: 'POST',
      headers: json,
      body: '{',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      detail: [{ type: 'json_invalid', loc: ['body'] }],
    });
  });

  test.each([
    ['that announces too much', { 'content-length': 20_000_000 }, 0],
    ['that sends too much', { 'transfer-encoding': 'chunked' }, 11],
  ])('a body %s is 413', async (_, headers, megabytes) => {
    const sent = httpRequest(`${await serve()}/api/extract-claims`, {
      method: 'POST',
      headers: { ...json, ...headers },
    });
    const answered = new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
    sent.on('error', () => undefined);
    sent.flushHeaders();
    for (let index = 0; index < megabytes; index += 1) sent.write(Buffer.alloc(1024 * 1024, 0x20));
    expect((await answered).statusCode).toBe(413);
    sent.destroy();
  });
});

test('it says of itself that it is healthy and a baseline', async () => {
  const url = await serve();
  const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  expect(await get('/health')).toMatchObject({ status: 'healthy', service: 'model-service' });
  expect(JSON.stringify(await get('/api/models/config'))).toContain('not a neural model');
  expect(await get('/')).toMatchObject({ version: expect.any(String) as string });
});
