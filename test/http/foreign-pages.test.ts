import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest, requestUpgrade } from '../environment/clients/http-request.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';

expectNoLeaks();

const foreign = 'https://evil.example';
const listed = 'https://app.example:8443';

describe('an installation that knows no accounts', () => {
  const { app } = useTestApp('embedded', { env: { CORS_ORIGINS: listed } });

  const body = JSON.stringify({ query: '{ __typename }' });
  const json = { 'content-type': 'application/json' };
  const events = { accept: 'text/event-stream' };
  const subscription = `/graphql?query=${encodeURIComponent('subscription{jobsUpdated{cursor}}')}`;
  const requests: [string, Parameters<typeof sendRequest>[1] & object][] = [
    ['a query', { method: 'POST', headers: json, body }],
    ['a query in the address', { path: '/graphql?query={__typename}' }],
    ['an event stream', { path: subscription, headers: events }],
    ['the reservation of a stream', { method: 'PUT' }],
    ['the end of an operation', { method: 'DELETE', path: '/graphql?token=a&operationId=b' }],
    ['a poll', { path: '/api/jobs/1' }],
    ['GraphiQL', { headers: { accept: 'text/html' } }],
    ['what GraphiQL loads', { path: '/graphql/assets/a.js' }],
    ['metrics', { path: '/metrics' }],
    ['the way to GraphiQL', { path: '/' }],
    ['what is not there', { path: '/nothing' }],
  ];

  test.each(requests)('refuses %s to other pages', async (_what, asked) => {
    const { port } = new URL(app.url);
    const ask = (headers: Record<string, string>) =>
      sendRequest(app.url, { ...asked, headers: { ...asked.headers, ...headers } });
    expect(await ask({ origin: foreign })).toMatchObject({ status: 403 });
    expect(await ask({ origin: 'null' })).toMatchObject({ status: 403 });
    const loaded = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect(await ask(loaded)).toMatchObject({ status: 403 });
    // Its name was made to lead to this machine: to the browser, that is one origin.
    const rebound = `evil.example:${port}`;
    const answer = await ask({ host: rebound, origin: `http://${rebound}` });
    expect(answer).toMatchObject({ status: 403 });
  });

  test('refuses WebSockets to other pages', async () => {
    const { host: own, port } = new URL(app.url);
    expect(await requestUpgrade(app.url, { origin: foreign })).toMatchObject({ status: 403 });
    const rebound = { host: `evil.example:${port}`, origin: `http://evil.example:${port}` };
    expect(await requestUpgrade(app.url, rebound)).toMatchObject({ status: 403 });
    expect(await requestUpgrade(app.url, { origin: `http://${own}` })).toMatchObject({
      status: 101,
    });
    expect(await requestUpgrade(app.url, { origin: listed })).toMatchObject({ status: 101 });
    expect(await requestUpgrade(app.url)).toMatchObject({ status: 101 });
  });

  test.each(requests.slice(0, 2))('serves %s to listed pages', async (_what, asked) => {
    const headers = { ...asked.headers, origin: listed };
    const answer = await sendRequest(app.url, { ...asked, headers });
    expect(answer).toMatchObject({ status: 200, body: '{"data":{"__typename":"Query"}}' });
    expect(answer.headers['access-control-allow-origin']).toBe(listed);
    expect(answer.headers.vary).toContain('origin');
  });

  test('says so to listed pages when Yoga answers too', async () => {
    const headers = { ...json, accept: 'text/event-stream', origin: listed };
    const answer = await sendRequest(app.url, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': listed, vary: 'origin' });
  });

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; application/json',
    'application/graphql',
    'application/jsonp',
    '',
  ])('reads no operation that is posted as "%s"', async (contentType) => {
    const mutation = 'mutation { createPersona(input: {}) { __typename } }';
    const posted = contentType.includes('urlencoded')
      ? `query=${encodeURIComponent(mutation)}`
      : JSON.stringify({ query: mutation });
    const headers = contentType === '' ? {} : { 'content-type': contentType };
    const token = { 'x-graphql-event-stream-token': 'a' };
    for (const extra of [{}, { accept: 'text/event-stream' }, token]) {
      const asked = { method: 'POST', headers: { ...headers, ...extra }, body: posted };
      expect(await sendRequest(app.url, asked)).toMatchObject({ status: 415 });
    }
  });
});
