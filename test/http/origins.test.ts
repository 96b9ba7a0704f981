import { describe, expect, test } from 'vitest';
import { startFrontServer } from '../environment/app/front-server.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest, requestUpgrade } from '../environment/clients/http-request.ts';

expectNoLeaks();

const foreign = 'https://evil.example';
const listed = 'https://app.example:8443';
const host = 'api.example:4000';

function statusOf(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return sendRequest(url, { method, headers: { host, ...headers } }).then(({ status }) => status);
}

describe('a page', () => {
  test('may use the API of its own origin', async () => {
    await using server = await startFrontServer({});
    for (const origin of ['http://api.example:4000', 'https://api.example:4000']) {
      expect([origin, await statusOf(server.url, { origin }, 'POST')]).toEqual([origin, 200]);
    }
    // Browsers leave the scheme's own port out, in both.
    const origin = 'http://api.example';
    expect(await statusOf(server.url, { host: 'api.example', origin })).toBe(200);
    expect(await statusOf(server.url, { host: 'API.example:80', origin })).toBe(200);
    const ipv6 = { host: '[::1]:4000', origin: 'http://[::1]:4000' };
    expect(await statusOf(server.url, ipv6)).toBe(200);
  });

  test.each([
    foreign,
    'null',
    '',
    'file://',
    'http://api.example',
    'http://api.example:4001',
    'http://api.example:4000.evil.example',
    'http://evil.example/api.example:4000',
    'http://evil.example@api.example:4000',
    'http://sub.api.example:4000',
    'chrome-extension://api.example:4000',
    'api.example:4000',
    `${listed}, ${foreign}`,
    `${listed}/`,
    'http://app.example:8443',
  ])('of the origin "%s" may not', async (origin) => {
    await using server = await startFrontServer({ corsOrigins: [listed] });
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const headers = { host, origin, 'access-control-request-method': 'POST' };
      const answer = await sendRequest(server.url, { method, headers });
      expect([method, answer.status]).toEqual([method, 403]);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      if (method === 'HEAD') continue;
      expect(JSON.parse(answer.body)).toEqual({
        errors: [{ message: expect.stringMatching(/origin/), extensions: { code: 'FORBIDDEN' } }],
      });
    }
    expect(await requestUpgrade(server.url, { host, origin })).toMatchObject({
      status: 403,
      body: expect.stringContaining('FORBIDDEN'),
    });
  });

  test('of a listed origin may, and is told so', async () => {
    await using server = await startFrontServer({ corsOrigins: [listed] });
    const answer = await sendRequest(server.url, { headers: { host, origin: listed } });
    expect(answer).toMatchObject({ status: 200, body: 'served' });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': listed,
      'access-control-expose-headers':
        'accept-ranges, content-range, etag, retry-after, x-request-id',
      vary: 'origin',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(await requestUpgrade(server.url, { host, origin: listed })).toMatchObject({
      status: 101,
    });
  });

  test('of a listed origin is told before it asks', async () => {
    await using server = await startFrontServer({ corsOrigins: [listed] });
    const answer = await sendRequest(server.url, {
      method: 'OPTIONS',
      headers: {
        origin: listed,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-mine, authorization',
      },
    });
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': listed,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
      'access-control-max-age': '7200',
    });
    const allowed = String(answer.headers['access-control-allow-headers']).split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'last-event-id', 'range']));
    // Of W3C, Sentry and Datadog: their scripts add them to whatever a page asks for.
    const traces = 'traceparent tracestate baggage sentry-trace x-datadog-trace-id';
    const datadog = 'parent-id origin sampling-priority tags'.split(' ');
    expect(allowed).toEqual(expect.arrayContaining(traces.split(' ')));
    expect(allowed).toEqual(expect.arrayContaining(datadog.map((name) => `x-datadog-${name}`)));
    expect(allowed).not.toContain('x-mine');
    expect(allowed).not.toContain('*');
  });

  test('may send cookies where that is allowed', async () => {
    const config = { corsOrigins: [listed], corsCredentials: true };
    await using server = await startFrontServer(config);
    const { headers } = await sendRequest(server.url, { headers: { origin: listed } });
    expect(headers).toMatchObject({
      'access-control-allow-origin': listed,
      'access-control-allow-credentials': 'true',
    });
  });

  test('is told nothing about origins where none is listed', async () => {
    await using server = await startFrontServer({});
    const { headers } = await sendRequest(server.url, {
      headers: { host, origin: `http://${host}` },
    });
    expect(Object.keys(headers).filter((name) => /^access-control|^vary/.test(name))).toEqual([]);
  });
});

describe('without an origin', () => {
  test.each([
    ['who is no browser', {}],
    ['who typed the address', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['a page of its own', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
    [
      'who followed a link',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
    ],
  ])('%s is served', async (_who, headers) => {
    await using server = await startFrontServer({});
    expect(await statusOf(server.url, headers as Record<string, string>)).toBe(200);
  });

  test.each([
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a script', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['what says no mode', {}],
  ])('%s of another site is not', async (_what, headers) => {
    await using server = await startFrontServer({});
    for (const site of ['cross-site', 'same-site']) {
      expect(await statusOf(server.url, { 'sec-fetch-site': site, ...headers })).toBe(403);
    }
  });

  test('a form of another site posts nothing', async () => {
    await using server = await startFrontServer({});
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await statusOf(server.url, headers, 'POST')).toBe(403);
  });
});

describe('behind a proxy', () => {
  const told = { 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' };

  test('that is trusted, the origin is the one that the proxy was called by', async () => {
    await using server = await startFrontServer({ trustedProxies: ['loopback'] });
    expect(await statusOf(server.url, { ...told, origin: 'https://app.example' })).toBe(200);
    expect(await statusOf(server.url, { ...told, origin: `http://${host}` })).toBe(403);
    // Who is between the browser and the proxy could have sent such a page.
    expect(await statusOf(server.url, { ...told, origin: 'http://app.example' })).toBe(403);
  });

  test('that is not trusted, what it says is nothing', async () => {
    await using server = await startFrontServer({ trustedProxies: ['10.0.0.0/8'] });
    expect(await statusOf(server.url, { ...told, origin: 'https://app.example' })).toBe(403);
    expect(await statusOf(server.url, { ...told, origin: `http://${host}` })).toBe(200);
  });
});
