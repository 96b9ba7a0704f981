import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { useSurvivingServer } from '../environment/app/use-surviving-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  openTcpConnection,
  formatOperation,
  formatRequest,
} from '../environment/clients/tcp-connection.ts';
import { sendRequest } from '../environment/clients/http-request.ts';

expectNoLeaks();

/** On a busy machine; what takes longer waits for something. */
const boundMs = 15_000;
const json = { 'content-type': 'application/json' };

const server = useSurvivingServer();

/** Writes to a connection of its own, and gives what comes back until it is closed. */
async function write(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined); // its closing says so
  const closed = once(socket, 'close');
  socket.write(text, 'latin1');
  socket.setTimeout(boundMs, () => socket.destroy(new Error('no answer')));
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

describe('a path', () => {
  test.each([
    '/graphql/assets/../../package.json',
    '/graphql/assets/..%2f..%2fpackage.json',
    '/graphql/assets/%2e%2e/%2e%2e/etc/passwd',
    '/graphql/assets/',
    '/graphql/assets/__proto__',
    '/../../etc/passwd',
    '/..\\..\\etc\\passwd',
    '//graphql',
    '/GRAPHQL',
    '/graphql/',
    '/graphql%00',
    '/%',
    '/api/jobs/',
    '/api/jobs/%',
    '/api/jobs/%00',
    '/api/jobs/..%2f..%2fgraphql',
    '/api/jobs/../../graphql',
    "/api/jobs/1'%20OR%201=1--",
    '/api/jobs/__proto__',
    `/api/jobs/${'a'.repeat(10_000)}`,
    '/api/jobs/1?waitMs=-1',
    '/api/jobs/1?waitMs=NaN',
    '/api/jobs/1?waitMs=1e9',
    '/graphql?extensions=%00',
    '/graphql?variables={',
    'http://evil.example/graphql',
    'file:///etc/passwd',
  ])('that leads nowhere is not found or refused: %.60s', async (path) => {
    const answer = await sendRequest(server.url, { path });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

/** As Java's HttpClient and `curl --http2` send with each request. */
const offer = {
  connection: 'Upgrade, HTTP2-Settings',
  upgrade: 'h2c',
  'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA',
};

test('an offer to speak HTTP/2 is passed over, time after time on one connection', async () => {
  const { id } = await insertTestJob(server.stack.db);
  const body = '{"query":"{ __typename }"}';
  await using connection = await openTcpConnection(server.url);
  const requests: [text: string, answer: string][] = [
    [
      formatRequest('POST', '/graphql', { ...json, ...offer }, body),
      '{"data":{"__typename":"Query"}}',
    ],
    [formatRequest('GET', '/livez', offer), '{"status":"alive"}\n'],
    [formatRequest('GET', `/api/jobs/${id}`, offer), `"jobId":"${id}"`],
    [formatRequest('GET', '/graphql?query={__typename}', offer), '{"data":{"__typename":"Query"}}'],
    [formatRequest('GET', '/livez'), '{"status":"alive"}\n'],
  ];
  let length = 0;
  for (const [text, answer] of requests) {
    connection.write(text);
    await eventually(() => expect(connection.text.slice(length)).toContain(answer));
    expect(connection.text.slice(length)).toMatch(/^HTTP\/1\.1 200 /);
    length = connection.text.length;
  }
});

test('a stream is given to who offers to speak HTTP/2', async () => {
  const query = 'subscription { jobsUpdated { job { id } } }';
  await using connection = await openTcpConnection(server.url);
  connection.write(formatOperation('text/event-stream', query, {}, offer));
  await eventually(() => expect(connection.text).toMatch(/^HTTP\/1\.1 200 [^]*text\/event-stream/));
});

test('a client of HTTP/1.0 need not name us', async () => {
  for (const path of ['/livez', '/graphql?query={__typename}']) {
    expect(await write(`GET ${path} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  }
});

const noHostUpgrade = [
  'GET /graphql HTTP/1.1',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  'sec-websocket-protocol: graphql-transport-ws',
  '\r\n',
].join('\r\n');

describe('a request', () => {
  const host = 'host: localhost\r\n';

  test.each([
    ['is no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n'],
    ['has a method that is not there', `BREW /graphql HTTP/1.1\r\n${host}\r\n`],
    ['has no host', 'GET /graphql?query={__typename} HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['has no host for its WebSocket', noHostUpgrade],
    ['has a header of 20 kB', `GET /livez HTTP/1.1\r\n${host}x: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['has 5,000 headers', `GET /livez HTTP/1.1\r\n${host}${'x: a\r\n'.repeat(5_000)}\r\n`],
    ['has an address of 20 kB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`],
    [
      'has two lengths',
      `POST /graphql HTTP/1.1\r\n${host}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`,
    ],
    [
      'has a length and chunks',
      `POST /graphql HTTP/1.1\r\n${host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'has chunks that are none',
      `POST /graphql HTTP/1.1\r\n${host}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
    ],
    ['folds a header', `GET /livez HTTP/1.1\r\n${host}x: a\r\n b\0: c\r\n\r\n`],
  ])('is refused when it %s', async (_how, text) => {
    expect(await write(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});
