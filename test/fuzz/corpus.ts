/**
 * Cases that have broken the product, or seemed likely to. They are sent before the generated ones; whoever fixes a fault
 * adds its case. `$videoId` and the like stand for the ids of existing rows.
 */

const h2c =
  'connection: close, Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n';
const events = { accept: 'text/event-stream' };
const parts = { accept: 'multipart/mixed;subscriptionSpec=1.0' };

type Headers = Record<string, string>;

/** Bodies of a POST, and headers beside `content-type: application/json`. */
export const knownBodies: [body: string | Buffer, headers?: Headers][] = [
  ['\ufeff{"query":"{ queues { type } }"}'],
  [Buffer.from('\ufeff{"query":"{ queues { type } }"}', 'utf16le')],
  [Buffer.from('{"query":"{ größe }"}', 'latin1')],
  ['{"query":"{ queues { type } }","operationName":""}'],
  ['{"query":"{ queues { type } }","operationName":""}', events],
  ['{"query":"{ queues { type } }"}', { 'content-type': 'application/json; charset="utf-8"' }],
  ['{"query":"{ queues { type } }"}', { 'content-type': 'application/json; charset=utf8' }],
  [
    '{"query":"subscription { jobsUpdated { job { id } } }"}',
    { 'content-type': 'application/json;charset=utf8', ...events },
  ],
  ['{"query":"{ queues { type } }","id":null,"doc_id":null}'],
  ['{"query":"{ queues { type } }"}', { accept: 'text/event-stream;q=0.5, application/json' }],
  ['{"query":"{ queues { type } }"}', { accept: '*;q=.2, application/json;q=0' }],
  ['{"query":"{ queues { type } }"}', { accept: `${'a/b;q=0.1,'.repeat(700)}*/*` }],
];

/** Operations with their variables, and headers. */
export const knownOperations: [query: string, variables?: object, headers?: Headers][] = [
  [
    'subscription ($on: Boolean!) { jobUpdated(id: "$jobId") @skip(if: $on) { id } }',
    { on: true },
    events,
  ],
  [
    'subscription ($on: Boolean!) { jobUpdated(id: "$jobId") @include(if: $on) { id } }',
    { on: false },
    parts,
  ],
  ['subscription { jobUpdated(id: "$jobId") @skip(if: true) { id } }', {}, events],
  ['subscription { ...A } fragment A on Subscription { ...A @skip(if: true) }', {}, events],
  [
    'subscription ($on: Boolean!) { ... @include(if: $on) { jobsUpdated { job { id } } } }',
    { on: true },
  ],
  ['subscription { jobUpdated(id: "$jobId", after: 9007199254740991) { id } }', {}, events],
  ['subscription { jobLogAdded(id: "$jobId", after: 4294967296) { sequence } }', {}, events],
  ['{ job(id: "$jobId") { logs(after: 9007199254740991, first: 4294967296) { message } } }'],
  ['{ job(id: "$jobId") { logs(first: -1) { message } } }'],
  ['{ jobs(first: 1000) { edges { cursor } } videos(first: 0) { edges { cursor } } }'],
  ['{ jobs(last: 2147483648) { edges { cursor } } videos(last: -1) { edges { cursor } } }'],
  ['{ queues { workersDetail { name } } }'],
  ...[
    { expiresAt: '9999-12-31T23:59:59-11:00' },
    { expiresAt: '0000-01-01T00:00:00Z' },
    { delayMs: 2_592_000_000, expiresAt: '2000-01-01T00:00:00Z', idempotencyKey: '' },
    { delayMs: 9_007_199_254_740_991 },
    { delayMs: 4_294_967_296, priority: 'LOW' },
    { delayMs: 2_592_000_000 },
  ].map((options): [string, object] => [
    `mutation ($options: JobOptions) {
      summarizeVideo(input: { videoId: "$videoId", personaId: "$personaId" }, options: $options) {
        __typename
        ... on SummarizeVideoPayload { created }
        ... on ValidationError { issues { path message } }
      }
    }`,
    { options },
  ]),
];

/** HTTP requests as text; the server must close the connection after its answer. */
export const knownRequests: string[] = [
  'GET /livez HTTP/1.0\r\n\r\n',
  'GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n',
  'GET /graphql?query={__typename} HTTP/1.0\r\n\r\n',
  'GET /graphql?query={__typename} HTTP/1.1\r\nconnection: close\r\n\r\n',
  'OPTIONS / HTTP/1.0\r\n\r\n',
  `GET /livez HTTP/1.1\r\nhost: localhost\r\n${h2c}\r\n`,
  `GET /api/jobs/$jobId HTTP/1.1\r\nhost: localhost\r\nif-none-match: *\r\n${h2c}\r\n`,
  `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 26\r\n${h2c}\r\n{"query":"{ __typename }"}`,
  'GET /graphql?query={__typename}&operationName=&variables= HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
];

/** The subprotocol of a WebSocket, and the messages that are sent over it. */
export const knownMessages: [protocol: string, ...messages: object[]][] = [
  ['graphql-ws', { type: 'connection_init' }],
  [
    'graphql-transport-ws',
    { type: 'connection_init' },
    { type: 'subscribe', id: '1', payload: { query: '{ queues { type } }', operationName: '' } },
    {
      type: 'subscribe',
      id: '2',
      payload: { query: 'subscription { jobUpdated(id: "$jobId") @include(if: false) { id } }' },
    },
  ],
];

/** Replaces `$jobId` and the like by the ids of existing rows. */
export function fillIds(text: string, ids: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\w+Id)\b/g, (name, key: string) => ids[key] ?? name);
}
