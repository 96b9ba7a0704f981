import { connect } from 'node:net';
import fc from 'fast-check';
import { hostileNumber, hostileText, marker, prototypeKeys } from '../values/hostile.ts';
import { fillIds, requestSeeds } from '../corpus.ts';
import { toIds } from '../values/argument-values.ts';
import type { Answer, Area } from '../find-fault.ts';
import type { Target } from '../target.ts';

/** A request as bytes, for what clients of HTTP refuse to send. */
interface RawRequest {
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

function toPaths({ ids }: Target): fc.Arbitrary<string> {
  const segment = fc.oneof(
    { weight: 3, arbitrary: toIds(ids) },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: fc.constantFrom('..', '%2e%2e', '%', '', '/', '//', '%00', '\\') },
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
  const place = fc.oneof(
    { weight: 4, arbitrary: segment.map((id) => `/api/jobs/${id}`) },
    { weight: 2, arbitrary: fc.constant('/graphql') },
    { weight: 1, arbitrary: segment.map((id) => `/${id}`) },
    { weight: 1, arbitrary: fc.constantFrom(...places) },
  );
  // Of a wait, nobody waits for more than a moment.
  const notLong = (text: string) => text.replaceAll(/waitMs=(?:\d{3,})\b/g, 'waitMs=90');
  return fc.tuple(place, search).map(([path, query]) => notLong(query ? `${path}?${query}` : path));
}

const headerNames = [
  'if-none-match last-event-id accept authorization content-type content-encoding origin host cookie range',
  'x-request-id x-forwarded-for x-forwarded-host x-forwarded-proto forwarded traceparent expect te',
  'sec-fetch-site sec-fetch-mode access-control-request-method access-control-request-headers',
  'x-graphql-event-stream-token x-http-method-override __proto__',
  'upgrade sec-websocket-protocol sec-websocket-version sec-websocket-extensions',
].flatMap((names) => names.split(' '));

/** That mean something somewhere. */
const headerValues = [
  '"1" W/"1" * text/event-stream application/json text/html null https://a.example http://127.0.0.1',
  'localhost [::1] Bearer websocket graphql-transport-ws 13 gzip cross-site 100-continue',
].flatMap((values) => values.split(' '));
const headerValue = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 1, arbitrary: hostileNumber.map(String) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...headerValues,
      '127.0.0.1, 10.0.0.1',
      'Bearer ',
      'Basic YTpi',
      'bytes=0-9999999999',
    ),
  },
);

/** Any path, method and header; what HTTP does not allow too. */
export const rawRequests: Area<RawRequest | string> = {
  name: 'paths, methods and headers',
  count: 2_000,
  cases: (target) =>
    fc.record({
      method: fc.oneof(
        { weight: 3, arbitrary: fc.constant('GET') },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      path: toPaths(target),
      headers: fc.array(fc.tuple(fc.constantFrom(...headerNames), headerValue), { maxLength: 4 }),
    }),
  seeds: ({ ids }) => requestSeeds.map((text) => fillIds(text, ids)),
  send: ({ url }, item) => {
    if (typeof item === 'string') return exchange(url, item);
    const { method, path, headers } = item;
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const host = headers.some(([name]) => name === 'host') ? '' : 'host: 127.0.0.1\r\n';
    return exchange(url, `${method} ${path} HTTP/1.1\r\n${host}connection: close\r\n${lines}\r\n`);
  },
};

/** How long it is listened to what does not end, once it has begun. */
const listensMs = 10;

/** Sends bytes over a connection of its own, and takes what comes until it is closed, or streams. */
export async function exchange(url: string, bytes: string | Buffer): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined); // cut off, it is closed
  socket.on('data', (chunk) => {
    text += chunk.toString();
    const isOpen = /^HTTP\/1.1 101|text\/event-stream|multipart\/mixed/i.test(text);
    if (isOpen) setTimeout(() => socket.destroy(), listensMs);
  });
  socket.write(bytes);
  await closed;
  // There may be several: 100 goes before others, and a header may have become a request.
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  // What operators see of it names what it is made with.
  const isPage = /^# HELP |^\{"status":/m.test(text);
  return { status: Math.max(0, ...statuses), text: isPage ? '' : text };
}
