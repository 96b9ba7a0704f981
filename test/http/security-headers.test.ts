import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest, requestUpgrade } from '../environment/clients/http-request.ts';
import type { HttpResponse, RawRequest } from '../environment/clients/http-request.ts';

expectNoLeaks();

let stack: TestStack;
let app: TestApp;

beforeAll(async () => {
  stack = await createTestStack('embedded');
  app = await startTestApp({ stack, env: { METRICS_PORT: '0' } });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const query = JSON.stringify({ query: '{ __typename }' });
const json = { 'content-type': 'application/json' };
const noPage = "default-src 'none'; frame-ancestors 'none'";

function expectHeaders({ headers }: HttpResponse, policy = noPage): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': policy,
  });
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
}

const answers: [string, number, RawRequest][] = [
  ['a query', 200, { method: 'POST', headers: json, body: query }],
  [
    'a query that Yoga answers',
    200,
    {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream' },
      body: query,
    },
  ],
  ['a query in the address', 200, { path: '/graphql?query={__typename}' }],
  ['what is no query', 400, { method: 'POST', headers: json, body: '{' }],
  ['a method that is not served', 405, { method: 'PATCH' }],
  [
    'what a form posts',
    415,
    { method: 'POST', headers: { 'content-type': 'text/plain' }, body: query },
  ],
  ['what is too large', 413, { method: 'POST', headers: json, body: ' '.repeat(400_000) }],
  ['another origin', 403, { headers: { origin: 'https://evil.example' } }],
  ['the end of no operation', 400, { method: 'DELETE' }],
  [
    'an event stream that ends at once',
    200,
    {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { jobUpdated(id: "none") { id } }' }),
    },
  ],
  ['a job that is not there', 404, { path: '/api/jobs/none' }],
  ['a path that is not there', 404, { path: '/none' }],
  ['what the console does not load', 404, { path: '/console/none.js' }],
  ['what GraphiQL does not load', 404, { path: '/graphql/assets/none.js' }],
];

test.each(answers)('are on the answer to %s', async (_what, status, asked) => {
  const answer = await sendRequest(app.url, asked);
  expect(answer.status).toBe(status);
  expectHeaders(answer);
});

test.each(['/livez', '/readyz', '/metrics', '/none'])('are on %s of the probes', async (path) => {
  expectHeaders(await sendRequest(app.probesUrl, { path }));
});

test.each([
  ['another path', 404, {}, '/none'],
  ['another origin', 403, { origin: 'https://evil.example' }, '/graphql'],
] as const)('are on the refusal of a WebSocket for %s', async (_why, status, headers, path) => {
  const answer = await requestUpgrade(app.url, headers, path);
  expect(answer.status).toBe(status);
  expectHeaders(answer);
});

/** The content policy of a page, by directive. */
function readPolicy(answer: HttpResponse): Map<string, string[]> {
  const policy = answer.headers['content-security-policy'] as string;
  expectHeaders(answer, policy);
  return new Map(
    policy.split('; ').map((directive) => {
      const [name, ...sources] = directive.split(' ');
      return [name!, sources] as const;
    }),
  );
}

/** A script without a file, or one in an attribute or an address. */
const inlineScript = /<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i;

describe('the policy of the console’s pages', () => {
  test.each(['/', '/jobs/1/log', '/queues'])(
    'lets nothing in at %s that is inline or from elsewhere, and no text become a script',
    async (path) => {
      const answer = await sendRequest(app.url, { path });
      const directives = readPolicy(answer);
      expect(directives.get('default-src')).toEqual(["'none'"]);
      for (const name of ['script-src', 'style-src', 'connect-src']) {
        expect(directives.get(name)).toEqual(["'self'"]);
      }
      for (const name of ['base-uri', 'form-action', 'frame-ancestors', 'trusted-types']) {
        expect(directives.get(name)).toEqual(["'none'"]);
      }
      expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
      expect(answer.body).not.toMatch(inlineScript);
      expect(answer.body).not.toMatch(/<style|\sstyle=|https?:/i);
    },
  );
});

describe('the policy of GraphiQL’s page', () => {
  test('lets no script in that is not a file of ours', async () => {
    const answer = await sendRequest(app.url, { headers: { accept: 'text/html' } });
    const directives = readPolicy(answer);
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('worker-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
      expect(directives.get(name)).toEqual(["'none'"]);
    }
    expect(answer.body).not.toMatch(inlineScript);
  });

  test('is the page’s in a browser, with a query in its address too', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const answer = await sendRequest(app.url, { path: '/graphql?query={__typename}', headers });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});
