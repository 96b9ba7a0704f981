import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  anything,
  hostileNumber,
  hostileText,
  marker,
  prototypeKeys,
  weighted,
} from '../values/hostile.ts';
import type { Area } from '../find-fault.ts';
import { countCreated, postGraphQL } from '../send-graphql.ts';
import { knownBodies, fillIds, knownOperations } from '../corpus.ts';
import { toJson } from '../values/serialize.ts';

interface Body {
  body: string | Buffer;
  headers: Record<string, string>;
}

const queries = [
  '{ queues { type } }',
  'query One($id: ID!) { job(id: $id) { id } } query Two { personas { id } }',
  `subscription ($id: ID!) { jobUpdated(id: $id) { id } } # ${marker}`,
  `{ job(id: "${marker}") { id } }`,
  '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
  `{ ${marker} }`,
  `query { ...${marker} } fragment ${marker} on Query { ...${marker} }`,
  `{ ${'a'.repeat(60_000)} }`,
  `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: queues { type }`).join(' ')} }`,
  `{ job(id: "1") ${'{ pipeline { jobs '.repeat(200)} `,
  `{ job(id: ${'['.repeat(5_000)} `,
  '{ queues @include(if: 1e400) @skip(if: "") @deprecated { type } }',
];
const query = weighted([6, fc.constantFrom(...queries)], [1, anything]);
const names = [
  'query',
  'variables',
  'operationName',
  'extensions',
  'documentId',
  'id',
  'map',
  'doc_id',
];

const extensions = fc.oneof(
  anything,
  fc.record({ persistedQuery: fc.oneof(anything, fc.record({ version: hostileNumber })) }),
  fc
    .record({ sha256Hash: fc.oneof(anything, fc.constant('a'.repeat(64))), version: anything })
    .map((persistedQuery) => ({ persistedQuery })),
);

/** The parameters of a request, each valid, invalid or absent. */
const parameters = fc.record(
  {
    query,
    variables: fc.oneof(anything, fc.record({ id: anything })),
    operationName: fc.oneof(fc.constantFrom('One', 'Two'), anything),
    extensions,
    documentId: fc.oneof(hostileText, anything),
  },
  { requiredKeys: [] },
);

/** JSON objects with repeated names, and with names that have a meaning in JavaScript. */
const repeated = fc
  .array(fc.tuple(fc.constantFrom(...names, ...prototypeKeys), anything), { maxLength: 5 })
  .map((entries) => {
    const fields = [...entries, ['query', queries[0]]].map(
      ([name, value]) => `${toJson(name)}:${toJson(value)}`,
    );
    return `{${fields.join(',')}}`;
  });

const json: fc.Arbitrary<string> = weighted(
  [8, parameters.map(toJson)],
  [3, repeated],
  [1, fc.array(parameters, { maxLength: 3 }).map(toJson)],
  [1, anything.map(toJson)],
  [
    1,
    fc.constantFrom(
      '',
      'null',
      `{"query":${'['.repeat(40_000)}`,
      `{"variables":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},"query":"{a}"}`,
      `{"query":"{ queues { type } }","variables":{"a":"${'x'.repeat(60_000)}"}}`,
      `{"query":"${marker}${'x'.repeat(120_000)}"}`,
      `\ufeff{"query":"{a}"}`,
      `{'query':'${marker}'}`,
      `{"query":"{a}"}${marker}`,
      `query=${marker}`,
    ),
  ],
);

const body = weighted<string | Buffer>(
  [8, json],
  // Cut off, as from a client that has disconnected.
  [2, fc.tuple(json, fc.integer({ min: 0, max: 60 })).map(([text, end]) => text.slice(0, end))],
  [1, json.map((text) => gzipSync(text))],
  [1, json.map((text) => Buffer.from(text, 'utf16le'))],
  [1, fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes))],
);

const contentTypes = [
  'application/graphql+json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-8',
  'application/json;',
  'application/json, text/plain',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/graphql',
  marker,
];
const accepts = [
  '*/*',
  'text/html',
  'text/event-stream',
  'multipart/mixed; subscriptionSpec=1.0',
  'application/graphql-response+json',
  'application/json;q=0',
  'image/png',
  `${marker}/${'x'.repeat(2_000)}`,
  ';;,,',
];
const headers = fc.record(
  {
    'content-type': fc.oneof(fc.constant('application/json'), fc.constantFrom(...contentTypes)),
    accept: fc.constantFrom(...accepts),
    'content-encoding': fc.constantFrom('gzip', 'br', 'deflate', 'identity', marker),
    'last-event-id': fc.constantFrom('1', '-1', '1e9', '999999999', '99999999999', marker),
  },
  { requiredKeys: [] },
);

/** GraphQL over HTTP: bodies of a POST, and headers that may not match them. */
export const bodies: Area<Body> = {
  name: 'bodies',
  count: 2_000,
  cases: () => fc.record({ body, headers }) as fc.Arbitrary<Body>,
  knownCases: ({ ids }) => [
    ...knownBodies.map(([body, headers = {}]) => ({ body, headers })),
    ...knownOperations.map(([query, variables = {}, headers = {}]) => ({
      body: fillIds(JSON.stringify({ query, variables }), ids),
      headers,
    })),
  ],
  send: async (target, item) => {
    const answer = await postGraphQL(target, item.body, item.headers);
    countCreated(target, answer);
    return answer;
  },
};
