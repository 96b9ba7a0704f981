import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { sendBy, toUrl } from '../environment/clients/every-transport.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const server = useApiServer('external');

function post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
}

const query = '{ __typename }';
const streams = ['server-sent events', 'multipart', 'a single connection', 'a WebSocket'];

test('a body of up to 300 kB is read, and of a larger one no more', async () => {
  const padded = JSON.stringify({ query: query.padEnd(299_900) });
  expect(await (await post(padded)).json()).toEqual({ data: { __typename: 'Query' } });
  const answer = await post(JSON.stringify({ query: query.padEnd(5_000_000) }));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({
    errors: [{ message: 'The request is too large: at most 300000 bytes.' }],
  });
});

test('a body that does not say its length is measured all the same', async () => {
  const chunk = new TextEncoder().encode(' '.repeat(10_000));
  let left = 50;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left > 0) controller.enqueue(chunk);
      else controller.close();
      left -= 1;
    },
  });
  expect((await post(body)).status).toBe(413);
});

test.each([
  'application/json; charset="utf-8"',
  'application/json;charset=utf8',
  'application/json; charset=UTF-8',
  "application/json; charset='utf-8'",
  'application/json; charset=us-ascii',
  'application/json; odata.metadata=minimal; charset=utf-8',
  'application/json;',
  'APPLICATION/JSON',
  'application/graphql+json',
])('a body that says to be %s is read as any JSON is', async (contentType) => {
  const headers = { 'content-type': contentType };
  const asked = await post(JSON.stringify({ query: '{ job(id: "größe") { id } }' }), headers);
  expect(await asked.text()).toContain(String.raw`There is no job with the id \"größe\".`);
  const watched = 'subscription { jobUpdated(id: "größe") { id } }';
  for (const accept of ['text/event-stream', 'multipart/mixed']) {
    const answer = await post(JSON.stringify({ query: watched }), { ...headers, accept });
    expect(answer.headers.get('content-type')).toContain(accept);
    expect(await answer.text()).toContain(String.raw`There is no job with the id \"größe\".`);
  }
});

test('a byte order mark before JSON counts as nothing, over streams too', async () => {
  const body = `\ufeff${JSON.stringify({ query })}`;
  expect(await (await post(body)).json()).toEqual({ data: { __typename: 'Query' } });
  const streamed = await post(body, { accept: 'text/event-stream' });
  expect(await streamed.text()).toContain('data: {"data":{"__typename":"Query"}}');
  const wrong = await post(`\ufeff${JSON.stringify({ query: '{ nobody }' })}`);
  expect(await wrong.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test.each([
  ['UTF-16', Buffer.from(`\ufeff{"query":"{ secret }"}`, 'utf16le'), /UTF-8/],
  ['Latin 1', Buffer.from('{"query":"{ secret: größe }"}', 'latin1'), /UTF-8/],
  ['what is no JSON', Buffer.from('{"query":"{ secret }'), /JSON/],
  ['what is no JSON behind a mark', Buffer.from('\ufeffsecret'), /JSON/],
])('%s is refused with the reason, and not told again', async (_what, body, reason) => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const answer = await post(body, { accept });
    const text = await answer.text();
    expect({ status: answer.status, text }).toEqual({
      status: 400,
      text: expect.stringMatching(reason),
    });
    expect(text).not.toContain('secret');
  }
});

test('an empty operation name is none, over every transport', async () => {
  const sent = { query, operationName: '' };
  for (const [way, ask] of Object.entries(sendBy)) {
    const answer = await ask(server.url, sent);
    expect({ way, answer }).toEqual({ way, answer: '{"data":{"__typename":"Query"}}' });
  }
  const { id } = await insertTestJob(server.stack.db);
  const watched = { query: `subscription { jobUpdated(id: "${id}") { id } }`, operationName: '' };
  for (const way of streams) {
    // A single connection waits for its end, as the stream goes on.
    const answer = await sendBy[way]!(server.url, watched);
    expect({ way, answer }).toEqual({
      way,
      answer: JSON.stringify({ data: { jobUpdated: { id } } }),
    });
  }
});

describe('a condition on the root field of a subscription', () => {
  const conditions = [
    'subscription ($on: Boolean!) { jobUpdated(id: "1") @skip(if: $on) { state } }',
    'subscription ($on: Boolean!) { jobUpdated(id: "1") @include(if: $on) { state } }',
    'subscription { jobUpdated(id: "1") @skip(if: true) { state } }',
    'subscription { jobUpdated(id: "1") @include(if: true) { state } }',
    'subscription ($on: Boolean!) { ... @include(if: $on) { jobUpdated(id: "1") { state } } }',
    'subscription ($on: Boolean!) { ...Job @skip(if: $on) } fragment Job on Subscription { jobUpdated(id: "1") { state } }',
    'subscription ($on: Boolean!) { ...Job } fragment Job on Subscription { jobUpdated(id: "1") @skip(if: $on) { state } }',
    'subscription ($on: Boolean!) { ...Job } fragment Job on Subscription { ...Job @include(if: $on) }',
  ];
  const variables = { on: false };

  test.each(conditions)('is refused: %s', async (refused) => {
    for (const [accept, type] of [
      ['text/event-stream', 'text/event-stream'],
      ['multipart/mixed;subscriptionSpec=1.0', 'multipart/mixed'],
      ['multipart/mixed;subscriptionSpec=1.0, application/json', 'application/json'],
      ['application/graphql-response+json', 'application/graphql-response+json'],
      ['application/json', 'application/json'],
    ] as const) {
      const body = JSON.stringify({ query: refused, variables });
      const answer = await post(body, { accept });
      expect([accept, answer.status]).toEqual([accept, 400]);
      expect(answer.headers.get('content-type')).toContain(type);
      const text = await answer.text();
      expect(text).toMatch(/@(?:skip|include) may not be used on the root field of a subscription/);
      expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
    }
    for (const way of ['a single connection', 'a WebSocket']) {
      const answer = await sendBy[way]!(server.url, { query: refused, variables });
      expect(answer).toMatch(/^\{"errors":\[\{"message":"@(?:skip|include) may not/);
    }
  });

  test('is refused in a GET too', async () => {
    const address = toUrl(server.url, { query: conditions[0]!, variables });
    const answer = await fetch(address, { headers: { accept: 'text/event-stream' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(await answer.text()).toContain('@skip may not be used');
  });

  test('is none below it', async () => {
    const { id } = await insertTestJob(server.stack.db);
    const query =
      'subscription ($id: ID!, $on: Boolean!) { jobUpdated(id: $id) { id stage @include(if: $on) } }';
    const answer = JSON.stringify({ data: { jobUpdated: { id } } });
    for (const way of streams) {
      const sent = { query, variables: { id, on: false } };
      expect(await sendBy[way]!(server.url, sent)).toBe(answer);
    }
  });
});

test('whoever has any version of an answer has this one', async () => {
  const address = toUrl(server.url, { query });
  for (const has of ['*', ' * ']) {
    const answer = await fetch(address, { headers: { 'if-none-match': has } });
    expect([answer.status, await answer.text()]).toEqual([304, '']);
  }
});

test('a client that goes away in the middle of its body leaves the others alone', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query"',
  );
  socket.destroy();
  await once(socket, 'close');
  expect(await (await post(JSON.stringify({ query }))).json()).toMatchObject({ data: {} });
});
