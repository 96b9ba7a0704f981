import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { documentLimits } from '../../src/graphql/policy/document-limits.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { sendBy, toUrl } from '../environment/clients/every-transport.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation } from '../environment/clients/event-stream.ts';
import { attacks, many, nest } from '../environment/clients/attacking-documents.ts';

expectNoLeaks();

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
