import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { sendBy } from '../environment/clients/every-transport.ts';
import type { GraphQLRequest } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const ways = Object.entries(sendBy);
const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

/** What GraphQL would name a thing of the schema for, to somebody who guesses. */
const guesses: [string, GraphQLRequest][] = [
  ['a field', { query: '{ job(id: "1") { stat } }' }],
  ['a field of the root', { query: '{ job_(id: "1") { id } }' }],
  ['an argument', { query: '{ job(ids: "1") { id } }' }],
  ['a type', { query: 'query ($type: JobTyp!) { queue(type: $type) { paused } }' }],
  ['a fragment’s type', { query: '{ ... on Quer { queues { type } } }' }],
  ['an enum’s value', { query: '{ queue(type: VIDEO_SUMMARISATION) { paused } }' }],
  ['an enum’s value as text', { query: '{ queue(type: "VIDEO_SUMMARIZATION") { paused } }' }],
  ['an input’s field', { query: '{ jobs(filter: { state: QUEUED }) { edges { cursor } } }' }],
  ['a directive', { query: '{ queues { type @includes(if: true) } }' }],
  ['a type that has the field', { query: '{ job(id: "1") { result { id } } }' }],
  [
    'an enum’s value in a variable',
    {
      query: 'query ($type: JobType!) { queue(type: $type) { paused } }',
      variables: { type: 'VIDEO_SUMMARISATION' },
    },
  ],
  [
    'an input’s field in a variable',
    {
      query: 'query ($filter: JobFilter) { jobs(filter: $filter) { edges { cursor } } }',
      variables: { filter: { state: ['QUEUED'] } },
    },
  ],
];

describe('with introspection', () => {
  const server = useApiServer('external');

  test('the schema is shown over every transport, and so is GraphiQL', async () => {
    for (const [, ask] of ways) {
      const answer = await ask(server.url, { query: getIntrospectionQuery() });
      expect(answer).toContain('"data":{"__schema":');
    }
    expect((await fetch(`${server.url}/graphql`, browser)).status).toBe(200);
  });

  test('whoever guesses is helped, wherever GraphQL can', async () => {
    const answers = await Promise.all(guesses.map(([, sent]) => sendBy['POST']!(server.url, sent)));
    const helped = answers.filter((answer) => answer.includes('Did you mean'));
    expect(helped.length).toBeGreaterThan(guesses.length / 2);
  });
});

describe('without introspection', () => {
  const server = useApiServer('external', { policy: { introspection: false } });

  async function askEverywhere(sent: GraphQLRequest): Promise<string> {
    const answers = new Map<string, string[]>();
    for (const [way, ask] of ways) {
      const answer = await ask(server.url, sent);
      answers.set(answer, [...(answers.get(answer) ?? []), way]);
    }
    // One answer, whichever way it was asked for.
    expect([...answers.values()]).toEqual([ways.map(([way]) => way)]);
    return [...answers.keys()][0]!;
  }

  test.each([
    getIntrospectionQuery({ descriptions: false }).replace(/\s+/g, ' '),
    '{ __type(name: "Job") { fields { name } } }',
    '{ queues { type } ...A } fragment A on Query { ... @include(if: false) { schema: __schema { queryType { name } } } }',
  ])('the schema is not shown over any transport: %s', async (query) => {
    const answer = await askEverywhere({ query });
    expect(answer).not.toContain('"data"');
    expect(answer).toContain('GRAPHQL_VALIDATION_FAILED');
    expect(answer).toContain('introspection has been disabled');
  });

  test('clients still hear of what type an object is', async () => {
    const query = '{ queues { __typename } }';
    expect(await askEverywhere({ query })).toContain('{"__typename":"Queue"}');
  });

  test.each(guesses)('whoever guesses is not helped: %s', async (_what, sent) => {
    const answer = await askEverywhere(sent);
    expect(answer).not.toContain('"data"');
    expect(answer).not.toMatch(/did you mean/i);
    expect(answer).toMatch(/"code":"(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)"/);
  });

  test('there is no GraphiQL, nor what it loads', async () => {
    for (const path of ['/graphql', '/graphql?query=', '/graphql/assets/0.js']) {
      const answer = await fetch(server.url + path, browser);
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
      expect(await answer.text()).not.toContain('<');
    }
  });
});

test('production shows nothing, unless it is told to', () => {
  const shown = (env: Record<string, string>) =>
    readConfig({ ALLOW_INSECURE: '1', ...env }, jobDefinitions).graphql.introspection;
  expect(shown({})).toBe(true);
  expect(shown({ NODE_ENV: 'production' })).toBe(false);
  expect(shown({ NODE_ENV: 'production', INTROSPECTION: 'true' })).toBe(true);
  expect(shown({ INTROSPECTION: 'false' })).toBe(false);
});
