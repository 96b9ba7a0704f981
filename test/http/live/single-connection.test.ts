import { createClient } from 'graphql-sse';
import type { Client } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { insertTestJob, insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { eventually } from '../../environment/eventually.ts';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import { active, completed, toUpdates } from '../../environment/jobs/job-changes.ts';
import type { JobChange } from '../../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { postOperation, readEvents } from '../../environment/clients/event-stream.ts';

expectNoLeaks();

const tokenHeader = 'x-graphql-event-stream-token';
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';

let server: ApiServer;
let endpoint: string;
let requests: string[] = []; // by their method

beforeAll(async () => {
  server = await startApiServer('external', { pingIntervalMs: 100 });
  endpoint = `${server.url}/graphql`;
});

afterAll(() => server[Symbol.asyncDispose]());

afterEach(() => eventually(() => expect(server.probe.listening).toBe(0)));

async function live(jobId: string, words: readonly JobChange[]): Promise<void> {
  const { db, broker } = server.stack;
  for (const update of toUpdates(jobId, words)) {
    await publishJobs(broker, await applyJobUpdates(db, [update]));
  }
}

/** As a browser has it that keeps to one connection over HTTP/1.1. */
function createBrowser(): Client<true> {
  requests = [];
  return createClient({
    url: endpoint,
    singleConnection: true,
    retryAttempts: 0,
    fetchFn: (url: string, init: RequestInit) => {
      requests.push(init.method ?? 'GET');
      return fetch(url, init);
    },
  });
}

async function reserve(): Promise<string> {
  const answer = await fetch(endpoint, { method: 'PUT' });
  expect(answer.status).toBe(201);
  return answer.text();
}

function openStream(token: string, signal?: AbortSignal): Promise<Response> {
  const headers = { accept: 'text/event-stream', [tokenHeader]: token };
  return fetch(endpoint, { headers, ...(signal && { signal }) });
}

async function begin(token: string, operationId: string, body: object): Promise<number> {
  const operation = { query, extensions: { operationId }, ...body };
  const answer = await postOperation(server.url, operation, { [tokenHeader]: token });
  await answer.arrayBuffer();
  return answer.status;
}

test('one stream carries subscriptions and a query, and one that is cancelled ends alone', async () => {
  const [first, second, third] = await insertTestJobs(server.stack.db, 3);
  const client = createBrowser();
  const watched = [first!, second!, third!].map(({ id }) =>
    watch(client, { query, variables: { id } }),
  );
  for (const { answers } of watched)
    expect(toJob(await answers.next())).toMatchObject({ version: 1 });
  expect(server.probe.listening).toBe(3);

  const asked = watch(client, { query: '{ queues { type } }' });
  await asked.ended;
  expect(asked.answers.all).toMatchObject([{ data: { queues: expect.any(Array) } }]);

  watched[1]!.cancel();
  await eventually(() => expect(server.probe.listening).toBe(2));
  await live(second!.id, [active(1, 5)]);
  for (const job of [first!, third!]) await live(job.id, [active(1, 5), completed(1)]);
  await Promise.all([watched[0]!.ended, watched[2]!.ended]);
  for (const { answers } of [watched[0]!, watched[2]!]) {
    expect(toJob(answers.all.at(-1)!)).toMatchObject({ state: 'COMPLETED' });
  }
  expect(watched[1]!.answers.all.length).toBe(1);
  expect(requests).toEqual(['PUT', 'GET', 'POST', 'POST', 'POST', 'POST', 'DELETE']);
  client.dispose();
});

test('a client is told in its stream what is wrong with an operation', async () => {
  const client = createBrowser();
  const codes = [
    [{ query: '{ nobody }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [{ query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query, variables: { id: 'nobody' } }, 'NOT_FOUND'],
    [{ query }, 'BAD_USER_INPUT'],
  ] as const;
  for (const [operation, code] of codes) {
    const { answers, ended } = watch(client, operation);
    await ended;
    expect(answers.all).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    expect(JSON.stringify(answers.all)).not.toContain('"http"');
  }
  client.dispose();
});

test('a client that goes away takes all of its operations along', async () => {
  const client = createBrowser();
  const jobs = await insertTestJobs(server.stack.db, 3);
  for (const { id } of jobs) await watch(client, { query, variables: { id } }).answers.next();
  expect(server.probe.listening).toBe(3);
  client.dispose();
  await eventually(() => expect(server.probe.listening).toBe(0));
});

test('what was begun before its stream is opened waits for it', async () => {
  const { id } = await insertTestJob(server.stack.db);
  const token = await reserve();
  expect(await begin(token, 'early', { variables: { id } })).toBe(202);
  await live(id, [active(1, 5), completed(1)]);
  const names: (string | undefined)[] = [];
  for await (const { name, text } of readEvents(await openStream(token))) {
    if (name === 'next') expect(JSON.parse(text)).toMatchObject({ id: 'early' });
    names.push(name);
    if (name === 'complete') break;
  }
  expect(names.filter((name) => name !== undefined)).toEqual(['next', 'complete']);
});

test('an id counts for one operation at a time', async () => {
  const { id } = await insertTestJob(server.stack.db);
  const token = await reserve();
  const departure = new AbortController();
  await openStream(token, departure.signal);
  expect(await begin(token, '1', { variables: { id } })).toBe(202);
  expect(await begin(token, '1', { variables: { id } })).toBe(409);
  expect(await begin(token, '2', { variables: { id } })).toBe(202);
  const url = `${endpoint}?operationId=1`;
  const ended = await fetch(url, { method: 'DELETE', headers: { [tokenHeader]: token } });
  expect(ended.status).toBe(200);
  expect(await begin(token, '1', { variables: { id } })).toBe(202);
  departure.abort();
});

test('a stream is opened once, by a token that was given out', async () => {
  const token = await reserve();
  const departure = new AbortController();
  const opened = await openStream(token, departure.signal);
  expect([opened.status, opened.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  for (const [used, status] of [
    [token, 409],
    ['nobody', 404],
  ] as const) {
    const refused = await openStream(used);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
  }
  const mutation = encodeURIComponent('mutation { cancelJob(id: "1") { __typename } }');
  const url = `${endpoint}?query=${mutation}&extensions={"operationId":"1"}`;
  expect((await fetch(url, { headers: { [tokenHeader]: token } })).status).toBe(405);
  expect(await begin('nobody', '1', { variables: { id: 'nobody' } })).toBe(404);
  expect(await begin(token, '', { variables: { id: 'nobody' } })).toBe(400);
  departure.abort();
});

/** Everything that a client is told of an operation. */
function watch(
  client: Client<true>,
  operation: { query: string; variables?: Record<string, unknown> },
) {
  const answers = createCollector<GraphQLAnswer>();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  ended.catch(() => undefined); // who goes away in the middle is told that it broke off
  const next = (answer: unknown) => answers.push(answer as GraphQLAnswer);
  const cancel = client.subscribe(operation, { next, error: reject, complete: resolve });
  return { answers, ended, cancel };
}

function toJob({ data, errors }: GraphQLAnswer): object {
  expect(errors).toBeUndefined();
  return data!['jobUpdated'];
}
