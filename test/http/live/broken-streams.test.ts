import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { Client, fetchExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { maxChangedJobs } from '../../../src/live/buffers/changed-jobs.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { subscribeBy } from '../../environment/clients/every-transport.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTcpConnection, formatOperation } from '../../environment/clients/tcp-connection.ts';

expectNoLeaks();

const query = 'subscription Jobs { jobsUpdated { job { id version } } }';
const jobUpdated = 'subscription Job($id: ID!) { jobUpdated(id: $id) { id version } }';

let server: ApiServer;
let job: JobRow;
/** More jobs than are kept for one subscriber. */
let tooManyJobs: JobRow[];

beforeAll(async () => {
  server = await startApiServer('embedded');
  job = await insertTestJob(server.stack.db);
  tooManyJobs = Array.from({ length: maxChangedJobs + 1 }, () => ({ ...job, id: uuidv7() }));
});

afterAll(() => server[Symbol.asyncDispose]());

/** Announces that all of them changed, as one statement's changes are announced to those who watch their owner's jobs. */
async function overflow(): Promise<void> {
  await publishJobs(server.stack.broker, tooManyJobs);
}

describe.each(Object.entries(subscribeBy))('over %s', (_way, open) => {
  test('a subscription that falls behind is broken, and neither ends nor gives an error', async () => {
    const stream = await open(server.url, { query });
    await stream.next();
    await stream.next(); // that this is all there is
    await overflow();
    expect(await stream.end()).toBe('broken');
    expect(stream.answers.map(({ data }) => data?.['jobsUpdated'].job)).toEqual([
      { id: job.id, version: 1 },
      null,
    ]);
    if (stream.closed) expect(await stream.closed).toEqual({ code: 1013, reason: 'FELL_BEHIND' });
    await eventually(() => expect([server.connections, server.probe.listening]).toEqual([0, 0]));
  });
});

test('a server that ends breaks what is open, over each transport', async () => {
  await using ending = await startApiServer('external');
  const { id } = await insertTestJob(ending.stack.db);
  const opening = Object.values(subscribeBy).map((open) =>
    open(ending.url, { query: jobUpdated, variables: { id } }),
  );
  const streams = await Promise.all(opening);
  for (const stream of streams) await stream.next();
  await ending[Symbol.asyncDispose]();
  for (const stream of streams) {
    expect(await stream.end()).toBe('broken');
    expect(stream.answers).toEqual([{ data: { jobUpdated: { id, version: 1 } } }]);
    if (stream.closed) expect(await stream.closed).toEqual({ code: 1012, reason: 'restarting' });
  }
});

test('over HTTP/1.0, where a closed connection is the end, it is reset', async () => {
  await using connection = await openTcpConnection(server.url);
  connection.write(formatOperation('text/event-stream', query).replace('HTTP/1.1', 'HTTP/1.0'));
  await eventually(() => expect(connection.text).toContain('"version":1'));
  await overflow();
  await connection.closed;
  expect(connection.wasReset).toBe(true);
});

/** What a client's library says. */
interface Sink {
  next: (value: unknown) => void;
  error: (error: unknown) => void;
  complete: () => void;
}

/** Subscribes to an operation; gives what leaves. */
type Subscribe = (sink: Sink, request: { query: string; variables: object }) => () => void;

/** Each as its documentation has it for who wants to stay connected, but that it does not wait. */
const clients: [string, () => { subscribe: Subscribe; dispose: () => unknown }][] = [
  ['graphql-sse', () => createGraphQLSse(false)],
  ['graphql-sse with a single connection', () => createGraphQLSse(true)],
  ['graphql-ws', createGraphQLWs],
  ['Apollo Client with RetryLink', createApollo],
];

const atOnce = { retryAttempts: Infinity, retry: async () => {}, retryWait: async () => {} };

function createGraphQLSse(singleConnection: boolean) {
  const url = `${server.url}/graphql`;
  const client = createSseClient<boolean>({ url, singleConnection, ...atOnce });
  return {
    subscribe: ((sink, request) =>
      client.subscribe(request as { query: string }, sink)) as Subscribe,
    dispose: () => client.dispose(),
  };
}

function createGraphQLWs() {
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const client = createWsClient({ url, webSocketImpl: WebSocket, ...atOnce });
  return {
    subscribe: ((sink, request) =>
      client.subscribe(request as { query: string }, sink)) as Subscribe,
    dispose: () => client.dispose(),
  };
}

function createApollo() {
  const link = ApolloLink.from([
    new RetryLink({ delay: { initial: 1, jitter: false }, attempts: { max: Infinity } }),
    new HttpLink({ uri: `${server.url}/graphql` }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    subscribe: ((sink, { query: text, variables }) => {
      const request = { query: gql(text), variables };
      const watching = client.subscribe(request).subscribe(sink);
      return () => watching.unsubscribe();
    }) as Subscribe,
    dispose: () => client.stop(),
  };
}

describe.each(clients)('%s', (_name, create) => {
  test('comes back by itself with all that was on the connection', async () => {
    const { subscribe, dispose } = create();
    const ends = createCollector<unknown>();
    const watch = (text: string, variables: object) => {
      const values = createCollector<unknown>();
      const complete = () => ends.push('complete');
      const sink = { next: values.push, error: ends.push, complete };
      return { values, leave: subscribe(sink, { query: text, variables }) };
    };
    const all = watch(query, {});
    await all.values.next();
    const isShared = /single|ws/.test(_name);
    const one = isShared ? watch(jobUpdated, { id: job.id }) : undefined;
    await one?.values.next();
    await overflow();
    await all.values.next();
    await one?.values.next();
    expect(ends.all).toEqual([]);
    for (const { leave } of [all, ...(one ? [one] : [])]) leave();
    await dispose();
    await eventually(() => expect([server.connections, server.probe.listening]).toEqual([0, 0]));
  });
});

test('urql is told of a lost connection, and does not take it for the end', async () => {
  const exchanges = [fetchExchange];
  const client = new Client({ url: `${server.url}/graphql`, exchanges, fetchSubscriptions: true });
  const results = createCollector<{ data?: unknown; error?: { networkError?: Error } }>();
  const watching = client.subscription(query, {}).subscribe((result) => {
    results.push(result as { data?: unknown });
  });
  expect((await results.next()).data).toBeTruthy();
  expect((await results.next()).data).toBeTruthy();
  await overflow();
  expect((await results.next()).error?.networkError).toBeInstanceOf(Error);
  watching.unsubscribe();
});
