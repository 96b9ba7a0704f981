import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createOperationCache } from '../../src/graphql/execution/operation-cache.ts';
import { documentLimits } from '../../src/graphql/policy/document-limits.ts';
import { createOperationRules } from '../../src/graphql/policy/operation-rules.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createErrorMask } from '../../src/http/errors.ts';
import { createYogaServer } from '../../src/http/graphql/yoga.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { sendBy, toUrl } from '../environment/clients/every-transport.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation } from '../environment/clients/event-stream.ts';

expectNoLeaks();

/** A document that is refused costs so many times as much as one that keeps to the limits, at most. */
const maxRelativeCost = 50;

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

const nest = (depth: number, name: string) =>
  `${`${name} { `.repeat(depth)}id${' }'.repeat(depth)}`;

/** Documents that are made to keep a server busy, and what is said of them. */
const attacks: Record<string, { query: string; said: string; isLong?: true }> = {
  depth: {
    query: `{ video(id: "1") { summaries { video { summaries { ${nest(12, 'video')} } } } } }`,
    said: 'Query depth limit of 12 exceeded, found 17.',
  },
  'depth behind fragments': {
    query: `{ video(id: "1") { ...A } } fragment A on Video { summaries { claims { ...B } } }
      fragment B on Claim { ${nest(12, 'subclaims')} }`,
    said: 'Query depth limit of 12 exceeded, found 16.',
  },
  'depth of __type': {
    query: `{ __type(name: "Job") { ${nest(12, 'ofType')} } }`.replace('id', 'name'),
    said: 'Query depth limit of 12 exceeded, found 14.',
  },
  '500 aliases': {
    query: `{ ${many(500, (n) => `a${n}: __typename`)} }`,
    said: 'Aliases limit of 30 exceeded, found 500.',
  },
  'aliases in fragments': {
    query: `{ ...A ...A } fragment A on Query { ${many(40, (n) => `a${n}: queues { type }`)} }`,
    said: 'Aliases limit of 30 exceeded, found 80.',
  },
  '20,000 tokens': {
    query: `{ ${many(20_000, () => 'a')} }`,
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  '20,000 opening brackets': {
    query: '{a'.repeat(20_000),
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  'a flood of directives': {
    query: `{ __typename ${many(200, () => '@include(if: true)')} }`,
    said: 'Directives limit of 30 exceeded, found 200.',
  },
  '3,000 overlapping fields': {
    query: `{ ${many(3_000, () => 'queues { type }')} }`,
    said: 'Token limit of 2000 exceeded.',
    isLong: true,
  },
  'fields that overlap, and are few enough tokens': {
    query: `{ ${many(480, () => 'queues{type}')} }`,
    said: 'Query fields limit of 500 exceeded, found 960.',
  },
  'one field again and again': {
    query: `{ ${many(240, () => 'queues{type}')} }`,
    said: 'Query repeats limit of 30 exceeded, found 239.',
  },
  'fields that overlap in a fragment nobody uses': {
    query: `fragment A on Query { ${many(1_900, () => 'a')} } { __typename }`,
    said: 'Query fields limit of 500 exceeded, found 1900.',
  },
  'fragments that grow with each other': {
    query: `{ ...F0 } ${many(20, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)}
      fragment F20 on Query { __typename }`,
    said: 'Query fields limit of 500 exceeded, found 1048576.',
  },
  'a crowd of fragments': {
    query: `{ ${many(61, (n) => `...F${n}`)} } ${many(61, (n) => `fragment F${n} on Query { __typename }`)}`,
    said: 'Query fragments limit of 60 exceeded, found 61.',
  },
};

describe('a document that is beyond a limit', () => {
  const server = useApiServer('external');

  test.each(Object.entries(attacks))(
    'is refused in the same words over every transport: %s',
    async (_name, { query, said, isLong }) => {
      const refused = JSON.stringify({
        errors: [{ message: said, extensions: { code: 'QUERY_TOO_COMPLEX' } }],
      });
      const ways = Object.entries(sendBy).filter(([way]) => !(isLong && way === 'GET'));
      for (const [way, ask] of ways) {
        expect({ way, answer: await ask(server.url, { query }) }).toEqual({ way, answer: refused });
      }
    },
  );

  test('is a bad request, where GraphQL over HTTP says so', async () => {
    const query = attacks['500 aliases']!.query;
    for (const [accept, status] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      expect((await postOperation(server.url, { query }, { accept })).status).toBe(status);
      expect((await fetch(toUrl(server.url, { query }), { headers: { accept } })).status).toBe(
        status,
      );
    }
  });

  test('is not a fragment that runs in circles, which GraphQL itself refuses', async () => {
    const query = `{ ...A } fragment A on Query { ...B } fragment B on Query { ...A queues { type } }`;
    const answers = new Set<string>();
    for (const ask of Object.values(sendBy)) answers.add(await ask(server.url, { query }));
    expect([...answers]).toEqual([expect.stringContaining('GRAPHQL_VALIDATION_FAILED')]);
  });

  test('is not what tools ask', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      oneOf: true,
    });
    for (const ask of Object.values(sendBy)) {
      expect(await ask(server.url, { query })).toContain('{"data":{"__schema"');
    }
  });

  test('is not one that keeps to it', async () => {
    const { aliases, directives, depth } = documentLimits;
    const queries = [
      `{ ${many(aliases, (n) => `a${n}: __typename`)} }`,
      `{ __typename ${many(directives, (n) => `b${n}: __typename @include(if: true)`)} }`,
      `{ __type(name: "Job") { ${nest(depth - 2, 'ofType').replace('id', 'name')} } }`,
    ];
    for (const query of queries) {
      expect(await sendBy['POST']!(server.url, { query })).toMatch(/^\{"data"/);
    }
  });

  test('an array of operations is refused', async () => {
    const batch = [{ query: '{ __typename }' }, { query: '{ __typename }' }];
    const answer = await postOperation(server.url, batch);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('data');
  });
});

test.each(Object.entries(attacks))('%s costs next to nothing', (_name, { query }) => {
  const operations = createOperationCache(readLanguage());
  const accepted = `{ ${many(documentLimits.aliases, (n) => `a${n}: __typename`)} }`;
  // The least: what the process does beside is not the document's.
  const leastCost = (text: string, isRefused: boolean) =>
    Math.min(
      // Each text is another, as nothing is to be remembered of the last.
      ...Array.from({ length: 5 }, (_, index) => {
        const before = process.cpuUsage();
        const found = operations.find({ query: `#${index}\n${text}` });
        const { user, system } = process.cpuUsage(before);
        expect(Array.isArray(found)).toBe(isRefused);
        if (isRefused) expect(found).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
        return user + system;
      }),
    );
  const allowed = maxRelativeCost * leastCost(accepted, false);
  expect(leastCost(query, true)).toBeLessThan(allowed);
});

/** As every transport reads documents. */
function readLanguage() {
  const rules = createOperationRules(schema, {
    ...readConfig({}, jobDefinitions).graphql,
    trustedDocuments: null,
  });
  const logger = createLogger('silent', false);
  return createYogaServer(logger, createErrorMask(logger), rules.plugins).language;
}

describe('where the server does not tell about itself', () => {
  const server = useApiServer('external', { policy: { introspection: false } });

  test.each(Object.entries(attacks))('no limit is told: %s', async (_name, { query, isLong }) => {
    const message = 'The document is too complex for this server.';
    const refused = JSON.stringify({
      errors: [{ message, extensions: { code: 'QUERY_TOO_COMPLEX' } }],
    });
    const ways = Object.entries(sendBy).filter(([way]) => !(isLong && way === 'GET'));
    for (const [way, ask] of ways) {
      expect({ way, answer: await ask(server.url, { query }) }).toEqual({ way, answer: refused });
    }
  });
});
