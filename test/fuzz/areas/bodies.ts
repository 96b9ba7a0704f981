import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { anything, hostileNumber, hostileText, marker, prototypeKeys } from '../values/hostile.ts';
import type { Area } from '../find-fault.ts';
import { countMade, postGraphQL } from '../send-graphql.ts';
import { bodySeeds, fillIds, operationSeeds } from '../corpus.ts';
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
const query = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...queries) },
  { weight: 1, arbitrary: anything },
);
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

/** What a request may have, each of it right, wrong or absent. */
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

/** As `parameters`, but with names that were there before, or that JavaScript has given a meaning. */
const repeated = fc
  .array(fc.tuple(fc.constantFrom(...names, ...prototypeKeys), anything), { maxLength: 5 })
  .map((entries) => {
    const fields = [...entries, ['query', queries[0]]].map(
      ([name, value]) => `${toJson(name)}:${toJson(value)}`,
    );
    return `{${fields.join(',')}}`;
  });

const json: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: parameters.map(toJson) },
  { weight: 3, arbitrary: repeated },
  { weight: 1, arbitrary: fc.array(parameters, { maxLength: 3 }).map(toJson) },
  { weight: 1, arbitrary: anything.map(toJson) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
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
  },
);

const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 8, arbitrary: json },
  // Broken off, as of a client that has gone.
  {
    weight: 2,
    arbitrary: fc
      .tuple(json, fc.integer({ min: 0, max: 60 }))
      .map(([text, end]) => text.slice(0, end)),
  },
  { weight: 1, arbitrary: json.map((text) => gzipSync(text)) },
  { weight: 1, arbitrary: json.map((text) => Buffer.from(text, 'utf16le')) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  },
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

/** GraphQL over HTTP: what is in the body of a POST, and what its headers say of it. */
export const bodies: Area<Body> = {
  name: 'bodies',
  count: 2_000,
  cases: () => fc.record({ body, headers }) as fc.Arbitrary<Body>,
  seeds: ({ ids }) => [
    ...bodySeeds.map(([body, headers = {}]) => ({ body, headers })),
    ...operationSeeds.map(([query, variables = {}, headers = {}]) => ({
      body: fillIds(JSON.stringify({ query, variables }), ids),
      headers,
    })),
  ],
  send: async (target, item) => {
    const answer = await postGraphQL(target, item.body, item.headers);
    countMade(target, answer);
    return answer;
  },
};
