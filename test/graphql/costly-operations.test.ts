import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { OwnedReaders } from '../../src/db/owned-reader.ts';
import { maxVariablesBytes } from '../../src/graphql/policy/operation-limits.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { sendBy } from '../environment/clients/every-transport.ts';
import type { GraphQLRequest } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation } from '../environment/clients/event-stream.ts';

expectNoLeaks();

const stack = useTestStack('external');
const { maxQueryCost } = readConfig({}, jobDefinitions).graphql;

/** Every log of every job of a page. */
const greedy = '{ jobs(first: 100) { edges { node { logs(first: 1000) { message } } } } }';
const sized = 'query ($n: Int) { jobs(first: $n) { edges { node { logs { message } } } } }';
const watching =
  'subscription ($id: ID!) { jobUpdated(id: $id) { ...A pipeline { jobs { ...A } } } } fragment A on Job { logs(first: 1000) { sequence level message at } }';

describe('an operation that asks for too much', () => {
  const server = useApiServer(stack);

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
    const { id } = await insertTestJob(stack.db);
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
    const { id } = await insertTestJob(stack.db);
    const query = 'query ($id: ID!) { job(id: $id) { id } }';
    for (const ask of Object.values(sendBy)) {
      const answer = await ask(server.url, { query, variables: { id } });
      expect(answer).toBe(JSON.stringify({ data: { job: { id } } }));
    }
  });
});

test('where the server does not tell about itself, the cost is not told', async () => {
  const policy = { introspection: false, maxQueryCost: 100 };
  // It costs 201 points: the default would let it through.
  const page = '{ jobs(first: 100) { edges { cursor } } }';
  await using server = await startApiServer(stack, { policy });
  for (const ask of Object.values(sendBy)) {
    expect(await ask(server.url, { query: page })).toBe(
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
  const context = { readers: { find } as unknown as OwnedReaders };
  const policy = { operationTimeoutMs: 100 };
  await using server = await startApiServer(stack, { policy, context });
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
