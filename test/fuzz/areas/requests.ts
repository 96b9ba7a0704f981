import { connect } from 'node:net';
import fc from 'fast-check';
import { hostileNumber, hostileText, marker, prototypeKeys, weighted } from '../values/hostile.ts';
import { fillIds, knownRequests } from '../corpus.ts';
import { someId } from '../values/argument-values.ts';
import type { Answer, Area } from '../find-fault.ts';
import type { Target } from '../target.ts';

/** A request that HTTP clients would refuse to send. */
interface AnyRequest {
  method: string;
  path: string;
  headers: readonly (readonly [string, string])[];
}

const methods = [
  ...'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND CONNECT get'.split(' '),
  '',
  marker,
];
const places = [
  '/ * // /graphql/ /graphql/x /api/jobs /livez /readyz /metrics /graphql? /?# /%67raphql /GRAPHQL',
  '/graphql;a=b /graphql/assets/../../package.json http://127.0.0.1/graphql /api/jobs/../../metrics',
].flatMap((paths) => paths.split(' '));

function somePath({ ids }: Target): fc.Arbitrary<string> {
  const segment = weighted(
    [3, someId(ids)],
    [1, hostileText],
    [1, hostileText.map((text) => encodeURIComponent(text.toWellFormed()))],
    [1, fc.constantFrom('..', '%2e%2e', '%', '', '/', '//', '%00', '\\')],
  );
  const value = fc.oneof(
    hostileNumber.map(String),
    hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
    hostileText,
    fc.constantFrom('', '{', '[]', '%', '%7B%7D', encodeURIComponent('{ queues { type } }')),
  );
  const names = 'waitMs ticket token query variables extensions operationId documentId %';
  const name = fc.constantFrom(...names.split(' '), ...prototypeKeys, marker, '');
  const search = fc
    .array(fc.tuple(name, value), { maxLength: 3 })
    .map((fields) => fields.map(([key, text]) => `${key}=${text}`).join('&'));
  const place = weighted(
    [4, segment.map((id) => `/api/jobs/${id}`)],
    [2, segment.map((id) => `/api/batches/${id}`)],
    [3, segment.map((id) => `/media/${id}`)],
    [2, fc.constant('/graphql')],
    [1, segment.map((id) => `/${id}`)],
    [1, fc.constantFrom(...places)],
  );
  // Long polls must not take long.
  const shortenWait = (text: string) => text.replaceAll(/waitMs=(?:\d{3,})\b/g, 'waitMs=90');
  return fc
    .tuple(place, search)
    .map(([path, query]) => shortenWait(query ? `${path}?${query}` : path));
}

const headerNames = [
  'if-none-match last-event-id accept authorization content-type content-encoding origin host cookie range',
  'x-request-id x-forwarded-for x-forwarded-host x-forwarded-proto forwarded traceparent expect te',
  'if-range if-modified-since sec-fetch-site sec-fetch-mode access-control-request-method access-control-request-headers',
  'x-graphql-event-stream-token x-http-method-override __proto__',
  'upgrade sec-websocket-protocol sec-websocket-version sec-websocket-extensions',
].flatMap((names) => names.split(' '));

/** Values that have a meaning in some header. */
const headerValues = [
  '"1" W/"1" * text/event-stream application/json text/html null https://a.example http://127.0.0.1',
  'localhost [::1] Bearer websocket graphql-transport-ws 13 gzip cross-site 100-continue',
].flatMap((values) => values.split(' '));
const headerValue = weighted(
  [3, hostileText],
  [1, hostileNumber.map(String)],
  [
    3,
    fc.constantFrom(
      ...headerValues,
      '127.0.0.1, 10.0.0.1',
      'Bearer ',
      'Basic YTpi',
      'bytes=0-9999999999',
      'bytes=0-0,-1',
      'bytes=-0',
      'Thu, 01 Jan 1970 00:00:00 GMT',
    ),
  ],
);

/** Any path, method and headers, also those that HTTP does not allow. */
export const requests: Area<AnyRequest | string> = {
  name: 'paths, methods and headers',
  count: 2_000,
  cases: (target) =>
    fc.record({
      method: weighted([3, fc.constant('GET')], [1, fc.constantFrom(...methods)]),
      path: somePath(target),
      headers: fc.array(fc.tuple(fc.constantFrom(...headerNames), headerValue), { maxLength: 4 }),
    }),
  knownCases: ({ ids }) => knownRequests.map((text) => fillIds(text, ids)),
  send: ({ url }, item) => {
    if (typeof item === 'string') return exchange(url, item);
    const { method, path, headers } = item;
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const host = headers.some(([name]) => name === 'host') ? '' : 'host: 127.0.0.1\r\n';
    return exchange(url, `${method} ${path} HTTP/1.1\r\n${host}connection: close\r\n${lines}\r\n`);
  },
};

/** How long a stream that does not end is read. */
const readStreamMs = 10;

/** Sends bytes over a new connection, and reads until it is closed; of a stream, reads only the start. */
export async function exchange(url: string, bytes: string | Buffer): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined); // 'close' follows
  socket.on('data', (chunk) => {
    text += chunk.toString();
    const isOpen = /^HTTP\/1.1 101|text\/event-stream|multipart\/mixed/i.test(text);
    if (isOpen) setTimeout(() => socket.destroy(), readStreamMs);
  });
  socket.write(bytes);
  await closed;
  // There may be several: 100 precedes another one, and a header may have become a request.
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  // Pages for operators may name our packages.
  const isPage = /^# HELP |^\{"status":/m.test(text);
  return { status: Math.max(0, ...statuses), text: isPage ? '' : text };
}
