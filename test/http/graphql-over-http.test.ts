import { once } from 'node:events';
import { createServer } from 'node:http';
import { serverAudits } from 'graphql-http';
import type { Plugin } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { readConfig } from '../../src/config/config.ts';
import { createContext } from '../../src/graphql/context.ts';
import { createOperationRules } from '../../src/graphql/policy/operation-rules.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createErrorMask } from '../../src/http/errors.ts';
import { listen, toUrl } from '../../src/http/listen.ts';
import { createYogaServer } from '../../src/http/graphql/yoga.ts';
import type { YogaServer } from '../../src/http/graphql/yoga.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { startTestContext } from '../environment/app/resolver-context.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** Recommendations that are not followed, by the id of their audit, each with the reason. */
const notFollowed: Record<string, string> = {};

let server: ApiServer;
let url: string;

beforeAll(async () => {
  server = await startApiServer('external');
  url = `${server.url}/graphql`;
  await insertTestJobs(server.stack.db, 3);
});

afterAll(() => server[Symbol.asyncDispose]());

describe('the audits of graphql-http', () => {
  const audits = serverAudits({ url: () => url });

  test.each(audits)('$id: $name', async ({ id, fn }) => {
    const result = await fn();
    if (id in notFollowed && result.status !== 'error') return;
    const reason = 'reason' in result ? result.reason : undefined;
    expect({ status: result.status, reason }).toEqual({ status: 'ok', reason: undefined });
  });

  test('all are run, and those that are not followed are among them', () => {
    expect(audits.length).toBe(61);
    const ids = audits.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(notFollowed)));
  });
});

describe('what is answered without Yoga is answered as Yoga does', () => {
  let yoga: YogaServer & { url: string };

  beforeAll(async () => {
    yoga = await startYoga(server);
  });

  afterAll(() => yoga[Symbol.asyncDispose]());

  const accepts = [
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/*',
    'text/html, application/json',
    'application/json, application/graphql-response+json',
    'application/graphql-response+json, application/json;q=0.9',
    // As Apollo Client and urql have it.
    'application/graphql-response+json,application/json;q=0.9',
    'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  ];
  const two = 'query A { __typename } query B { jobs { edges { cursor } } }';
  const input = { name: '', role: '', informationNeed: '' };
  const persona = `mutation ($input: CreatePersonaInput!) {
    createPersona(input: $input) { ... on ValidationError { message issues { path message } } } }`;
  const bodies: [string, object][] = [
    ['a query', { query: '{ jobs { edges { node { id type state version createdAt } } } }' }],
    ['a query in German', { query: '{ größe: __typename }' }],
    ['an alias of other letters', { query: '# größer\n{ job(id: "größer") { id } }' }],
    ['introspection', { query: '{ __schema { types { name description } } }' }],
    [
      'variables',
      { query: 'query ($id: ID!) { job(id: $id) { id } }', variables: { id: 'nobody' } },
    ],
    ['null for what may be absent', { query: '{ __typename }', variables: null, extensions: null }],
    ['one operation of two', { query: two, operationName: 'B' }],
    ['a name of no letters', { query: '{ __typename }', operationName: '' }],
    ['null for what nobody reads', { query: '{ __typename }', id: null, doc_id: null }],
    ['none of two operations', { query: two }],
    ['an operation that is not there', { query: two, operationName: 'C' }],
    ['a mutation that is refused', { query: persona, variables: { input } }],
    ['a mutation without its input', { query: persona }],
    ['a cursor that makes no sense', { query: '{ jobs(first: 1, last: 1) { edges { cursor } } }' }],
    ['a field that is not there', { query: '{ nobody }' }],
    ['what is no GraphQL', { query: '{' }],
    ['an empty document', { query: '' }],
    ['no document', {}],
    ['an enum that is not there', { query: '{ queue(type: NONE) { workers } }' }],
    ['a parameter that is not there', { query: '{ __typename }', variable: {} }],
    ['extensions that are a list', { query: '{ __typename }', extensions: [] }],
    ['variables that are text', { query: '{ __typename }', variables: '{}' }],
    ['an operation by a number', { query: '{ __typename }', operationName: 1 }],
  ];

  async function send(url: string, body: object, accept: string) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });
    const type = response.headers.get('content-type');
    return { status: response.status, type, text: await response.text() };
  }

  test.each(bodies)('%s', async (_what, body) => {
    for (const accept of accepts) {
      const ours = await send(url, body, accept);
      const theirs = await send(yoga.url, body, accept);
      expect({ accept, ...ours }).toEqual({ accept, ...theirs });
    }
  });
});

/** Yoga alone, over the same rows. */
async function startYoga({ stack }: ApiServer): Promise<YogaServer & { url: string }> {
  await using disposables = new AsyncDisposableStack();
  const services = disposables.use(startTestContext(stack));
  const policy = { ...readConfig({}, jobDefinitions).graphql, trustedDocuments: null };
  const rules = createOperationRules(schema, policy);
  const { logger } = services;
  const run: Plugin = {
    // An empty name is none, which Yoga does not know.
    onParams: ({ params, setParams }) =>
      setParams({ ...params, operationName: params.operationName || undefined }),
    onContextBuilding: ({ extendContext }) =>
      extendContext(createContext(services, localSession) as object),
  };
  const plugins = [...rules.plugins, run];
  const yoga = disposables.use(createYogaServer(logger, createErrorMask(logger), plugins));
  const listening = createServer((request, response) => {
    const { accept = '*/*' } = request.headers;
    void yoga.handle(request, response, { accept });
  });
  disposables.defer(async () => {
    listening.close();
    listening.closeAllConnections();
    await once(listening, 'close');
  });
  await listen(listening, 0, '127.0.0.1');
  const opened = disposables.move();
  return {
    ...yoga,
    url: `${toUrl(listening)}/graphql`,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
