import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { serve } from '../src/http/serve.ts';
import { createTextAnalyzer } from '../src/text/analyze.ts';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';

expectNoLeaks();

const token = 'a-token-of-ours';
const samples = new URL('../../samples', import.meta.url).pathname;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Loaded once for all that serve in this thread. */
const analyzer = createTextAnalyzer();
const own = { port: 0, mediaRoot: samples, token, logger: silent, analyzer };
const json = { 'content-type': 'application/json' };
const bearer = { authorization: `Bearer ${token}` };
const claims = JSON.stringify({ summary_id: 's', summary_text: 'The bridge is open.' });

/** With headers that fetch does not let one set. */
async function send(url: string, headers: Record<string, string>, path = '/api/extract-claims') {
  const isPost = path.startsWith('/api');
  const sent = request(url + path, { method: isPost ? 'POST' : 'GET', headers, agent: false });
  sent.end(isPost ? claims : undefined);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  return { status: answer.statusCode, body: await text(answer), headers: answer.headers };
}

describe('the baseline model', () => {
  type Headers = Record<string, string>;
  const refused: [who: string, headers: Headers, status: number][] = [
    ['a caller without the token', json, 401],
    ['one with another token', { ...json, authorization: `Bearer ${token}s` }, 401],
    ['one with the token in another scheme', { ...json, authorization: `Basic ${token}` }, 401],
    ['a page, even with the token', { ...json, ...bearer, origin: 'http://127.0.0.1:4000' }, 403],
    ['a page of a file', { ...json, ...bearer, origin: 'null' }, 403],
    ['a name that points here', { ...json, ...bearer, host: 'rebound.example:80' }, 421],
    ['a name like an address', { ...json, ...bearer, host: '127.0.0.1.example' }, 421],
    ['what a form can send', { ...bearer, 'content-type': 'text/plain' }, 415],
    ['a form', { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no type', bearer, 415],
  ];
  test.each(refused)('refuses %s', async (_who, headers, status) => {
    await using service = await serve(own);
    const answer = await send(service.url, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ detail: expect.any(String) });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  test.each(['/health', '/', '/api/models/config', '/nothing'])(
    'says nothing at %s without the token',
    async (path) => {
      await using service = await serve(own);
      const { host } = new URL(service.url);
      expect((await send(service.url, { host }, path)).status).toBe(401);
    },
  );

  const taken: [who: string, headers: Headers][] = [
    ['its address', {}],
    ['localhost', { host: 'LOCALHOST:1' }],
    ['a type with a charset', { 'content-type': 'Application/JSON; charset=utf-8' }],
  ];
  test.each(taken)('answers whoever has the token, by %s', async (_who, headers) => {
    await using service = await serve(own);
    expect(await send(service.url, { ...json, ...bearer, ...headers })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    [null, 'model-service:8000', 200],
    [null, '10.0.0.7:8000', 200],
    [null, '[::1]:8000', 200],
    [null, 'rebound.example', 421],
    [token, 'models.fovea.svc.cluster.local', 200],
  ])('that others reach has, with token %s, the name %s: %i', async (asked, host, status) => {
    await using service = await serve({ ...own, host: '0.0.0.0', token: asked });
    const answer = await send(service.url, { ...json, ...(asked ? bearer : {}), host });
    expect(answer.status).toBe(status);
  });
});
