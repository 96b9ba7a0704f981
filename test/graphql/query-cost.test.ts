import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { JobReader } from '../../src/jobs/rows/find.ts';
import { maxVariablesBytes } from '../../src/graphql/policy/operation-limits.ts';
import { createQueryCost } from '../../src/graphql/policy/query-cost.ts';
import { schema } from '../../src/graphql/schema.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { sendBy } from '../environment/clients/every-transport.ts';
import type { GraphQLRequest } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation } from '../environment/clients/event-stream.ts';

expectNoLeaks();

const { maxQueryCost } = readConfig({}, jobDefinitions).graphql;

/** All that a table of jobs shows. */
const table = `{ jobs(first: 100) { edges { node {
  id type state progress stage position attempts { number } } } } }`;
/** Every log of every job of a page. */
const greedy = '{ jobs(first: 100) { edges { node { logs(first: 1000) { message } } } } }';
const sized = 'query ($n: Int) { jobs(first: $n) { edges { node { logs { message } } } } }';
const watching =
  'subscription ($id: ID!) { jobUpdated(id: $id) { ...A pipeline { jobs { ...A } } } } fragment A on Job { logs(first: 1000) { sequence level message at } }';

describe('what an operation costs', () => {
  const costOf = createQueryCost(schema);

  function price(query: string, variables: Record<string, unknown> = {}): number | undefined {
    const document = parse(query);
    const [definition] = document.definitions as OperationDefinitionNode[];
    return costOf({ document, definition: definition! }, variables);
  }

  test.each([
    ['{ job(id: "1") { id state } }', 3],
    ['{ job(id: "1") { attempts { number } } }', 1 + 1 + 3],
    ['{ jobs { edges { cursor } } }', 1 + 20 * 2],
    ['{ jobs(first: 5) { edges { cursor } } }', 1 + 5 * 2],
    ['{ jobs(last: 5) { edges { cursor } } }', 1 + 5 * 2],
    ['{ jobs(first: 100) { edges { cursor } } }', 1 + 100 * 2],
    ['{ job(id: "1") { logs { message } } }', 1 + 1 + 100],
    ['{ job(id: "1") { logs(first: 1000) { message } } }', 1 + 1 + 1_000],
    [
      '{ job(id: "1") { ...A } } fragment A on Job { id logs(first: 7) { message } }',
      1 + 1 + 1 + 7,
    ],
    ['{ __schema { types { name } } }', 1],
  ])('%s', (query, cost) => {
    expect(price(query)).toBe(cost);
  });

  test.each([
    ['{ jobs(first: 101) { edges { cursor } } }', '`first` must be from 0 to 100, not 101.'],
    ['{ videos(last: -1) { edges { cursor } } }', '`last` must be from 0 to 100, not -1.'],
    ['{ job(id: "1") { logs(first: 1001) { at } } }', '`first` must be from 0 to 1000, not 1001.'],
  ])('is none of a list of no size: %s', (query, message) => {
    expect(() => price(query)).toThrow(message);
  });

  test('follows the variables where they say how much is wanted', () => {
    const document = parse(sized);
    const [definition] = document.definitions as OperationDefinitionNode[];
    const prices = [1, 50, 1, undefined].map((n) =>
      costOf({ document, definition: definition! }, n === undefined ? {} : { n }),
    );
    const each = 1 + 1 + 1 + 100;
    expect(prices).toEqual([1, 50, 1, 20].map((n) => 1 + n * each));
  });

  test('of variables that do not fit is not said, and asked again', () => {
    const document = parse('query ($id: ID!) { job(id: $id) { id } }');
    const [definition] = document.definitions as OperationDefinitionNode[];
    expect(costOf({ document, definition: definition! }, {})).toBeUndefined();
    expect(costOf({ document, definition: definition! }, { id: '1' })).toBe(2);
  });

  test('lets through what a page of ours asks for, by far', () => {
    expect(price(table)).toBeLessThan(maxQueryCost / 5);
  });
});

describe('an operation that asks for too much', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer('external');
  });

  afterAll(() => server[Symbol.asyncDispose]());

  async function expectEverywhere(
    sent: GraphQLRequest,
    errors: object[],
    ways = Object.entries(sendBy),
  ) {
    for (const [way, ask] of ways) {
      const answer = await ask(server.url, sent);
      expect({ way, answer }).toEqual({ way, answer: JSON.stringify({ errors }) });
    }
  }

  const tooCostly = (cost: number) => ({
    message: `The query is too costly. Select fewer fields or shorter lists. It costs ${cost} points, of ${maxQueryCost} at most.`,
    extensions: { code: 'QUERY_TOO_COSTLY' },
  });

  test('is refused in the same words over every transport', async () => {
    await expectEverywhere({ query: greedy }, [tooCostly(100_301)]);
    const variables = { n: 100 };
    await expectEverywhere({ query: sized, variables }, [tooCostly(10_301)]);
  });

  test('is refused when it is one of two, and the other is not', async () => {
    const query = `query Cheap { __typename } query Dear ${greedy}`;
    await expectEverywhere({ query, operationName: 'Dear' }, [tooCostly(100_301)]);
    expect(await sendBy['POST']!(server.url, { query, operationName: 'Cheap' })).toContain(
      '"data"',
    );
  });

  test('is refused as a subscription, before it begins', async () => {
    const { id } = await insertTestJob(server.stack.db);
    const streams = ['server-sent events', 'multipart', 'a single connection', 'a WebSocket'];
    const ways = Object.entries(sendBy).filter(([way]) => streams.includes(way));
    await expectEverywhere({ query: watching, variables: { id } }, [tooCostly(16_007)], ways);
    expect(server.probe.listening).toBe(0);
  });

  test('is a bad request, where GraphQL over HTTP says so', async () => {
    const accept = 'application/graphql-response+json';
    expect((await postOperation(server.url, { query: greedy }, { accept })).status).toBe(400);
  });

  test('is one with variables of more than 50 kB, over every transport', async () => {
    const query = 'query ($id: ID!) { video(id: $id) { id } }';
    const tooLarge = {
      message: 'The variables are too large: at most 50000 bytes.',
      extensions: { code: 'VARIABLES_TOO_LARGE' },
    };
    const ways = Object.entries(sendBy).filter(([way]) => way !== 'GET');
    // Of two bytes each: it is not letters that are counted.
    const variables = { id: 'ü'.repeat(25_000) };
    await expectEverywhere({ query, variables }, [tooLarge], ways);
    // Variables that the document does not even know.
    const others = { id: '1', more: 'x'.repeat(60_000) };
    await expectEverywhere({ query, variables: others }, [tooLarge], ways);
    const just = { id: 'x'.repeat(maxVariablesBytes - '{"id":""}'.length) };
    for (const [, ask] of ways) {
      expect(await ask(server.url, { query, variables: just })).toBe('{"data":{"video":null}}');
    }
  });

  test('is one with variables so deep that nobody could write them down', async () => {
    const deep = `${'['.repeat(24_000)}${']'.repeat(24_000)}`;
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"query ($id: ID!) { job(id: $id) { id } }","variables":{"id":${deep}}}`,
    });
    expect(await answer.text()).toMatch(/"code":"VARIABLES_TOO_LARGE"/);
  });

  test('is not the only one: asking for a thing that there is goes on', async () => {
    const { id } = await insertTestJob(server.stack.db);
    const query = 'query ($id: ID!) { job(id: $id) { id } }';
    for (const ask of Object.values(sendBy)) {
      const answer = await ask(server.url, { query, variables: { id } });
      expect(answer).toBe(JSON.stringify({ data: { job: { id } } }));
    }
  });
});

test('where the server does not tell about itself, the cost is not told', async () => {
  const policy = { introspection: false, maxQueryCost: 100 };
  await using server = await startApiServer('external', { policy });
  for (const ask of Object.values(sendBy)) {
    expect(await ask(server.url, { query: table })).toBe(
      '{"errors":[{"message":"The query is too costly. Select fewer fields or shorter lists.","extensions":{"code":"QUERY_TOO_COSTLY"}}]}',
    );
  }
});

test('an operation that takes too long is answered, over every transport', async () => {
  const waiting = new Set<PromiseWithResolvers<never>>();
  const find = () => {
    const read = Promise.withResolvers<never>();
    waiting.add(read);
    return read.promise;
  };
  const context = { jobs: { find, load: find } as unknown as JobReader };
  const policy = { operationTimeoutMs: 100 };
  await using server = await startApiServer('external', { policy, context });
  const query = '{ job(id: "1") { id } }';
  const answers = await Promise.all(
    Object.entries(sendBy).map(async ([way, ask]) => [way, await ask(server.url, { query })]),
  );
  const message = 'The operation timed out. A mutation may still take effect.';
  const late = { errors: [{ message, extensions: { code: 'OPERATION_TIMEOUT' } }], data: null };
  expect(answers).toEqual(Object.keys(sendBy).map((way) => [way, JSON.stringify(late)]));
  // Each was begun once; and what comes of it in the end troubles nobody.
  expect(waiting.size).toBe(answers.length);
  for (const { reject } of waiting) reject(new Error('too late'));
  const again = await sendBy['POST']!(server.url, { query: '{ __typename }' });
  expect(again).toBe('{"data":{"__typename":"Query"}}');
});
