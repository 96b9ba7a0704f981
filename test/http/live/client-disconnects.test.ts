import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { localSession } from '../../../src/access/identity/session.ts';
import { createTestStack, stackKinds } from '../../environment/app/app.ts';
import { serveApi, startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { startTestContext } from '../../environment/app/resolver-context.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { createBrokerProbe } from '../../environment/app/broker-probe.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import type { Gate } from '../../environment/model-service/gate.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }';

/** Begins to listen to a job; gives what goes away again. */
type Come = (url: string, id: string) => Promise<() => Promise<void>>;

const ways: [string, Come][] = [
  ['server-sent events', (url, id) => comeByStream(url, id, 'text/event-stream')],
  ['multipart', (url, id) => comeByStream(url, id, 'multipart/mixed;subscriptionSpec=1.0')],
  ['one stream of many', comeBySingleConnection],
  ['WebSocket', comeByWebSocket],
  ['polling', comeByPoll],
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  const disposables = new AsyncDisposableStack();
  let confirmation: Gate;
  const probe = createBrokerProbe({ beforeConfirmation: () => confirmation.wait() });
  let stack: OpenStack;
  let url: string;

  beforeAll(async () => {
    const testStack = disposables.use(await createTestStack(kind));
    stack = disposables.use(await openTestStack(testStack));
    const broker = probe.wrap(stack.broker);
    const services = disposables.use(startTestContext(stack, { broker }));
    ({ url } = disposables.use(await serveApi(services)));
  });

  afterAll(() => disposables.disposeAsync());

  test.each(ways)(
    'a client of %s that goes away before it is told anything leaves no listener',
    async (_way, come) => {
      confirmation = createGate();
      const { id } = await insertTestJob(stack.db);
      const leave = await come(url, id);
      await confirmation.reached();
      expect(probe.listening).toBe(1);
      await leave();
      // The server hears of what happens in order: it knows by now.
      for (const _ of ['first', 'second']) await fetch(url, { redirect: 'manual' });
      confirmation.open();
      await eventually(() => expect(probe.listening).toBe(0));
    },
  );
});

describe('while it is found out who it is', () => {
  let authentication: Gate | undefined;
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer('external', {
      overrides: {
        authenticate: async () => {
          await authentication?.wait();
          return localSession;
        },
      },
    });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  /** Comes while nobody is let in, and goes; then the door opens. */
  async function comeAndGo(request: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    const gate = createGate();
    authentication = gate;
    const leave = ask(request);
    await gate.reached();
    authentication = undefined;
    await leave();
    await letServerGoOn();
    gate.open();
    await letServerGoOn();
  }

  /** The server hears of what happens in order. */
  async function letServerGoOn(): Promise<void> {
    for (const _ of ['first', 'second']) await fetch(server.url, { redirect: 'manual' });
  }

  async function reserve(): Promise<Record<string, string>> {
    const put = await fetch(`${server.url}/graphql`, { method: 'PUT' });
    return { 'x-graphql-event-stream-token': await put.text() };
  }

  test('a client that goes away before it has a stream keeps no place', async () => {
    await comeAndGo((signal) => fetch(`${server.url}/graphql`, { method: 'PUT', signal }));
    await reserve();
    expect(server.connections).toBe(1);
  });

  test('a client that goes away before its stream is open gives it up', async () => {
    const before = server.connections;
    const headers = { ...(await reserve()), accept: 'text/event-stream' };
    await comeAndGo((signal) => fetch(`${server.url}/graphql`, { headers, signal }));
    expect((await fetch(`${server.url}/graphql`, { headers })).status).toBe(404);
    expect(server.connections).toBe(before);
  });

  test('an operation whose client goes away before it begins does not begin', async () => {
    const token = await reserve();
    const stream = new AbortController();
    const headers = { ...token, accept: 'text/event-stream' };
    await fetch(`${server.url}/graphql`, { headers, signal: stream.signal });
    const { id } = await insertTestJob(server.stack.db);
    const body = { query, variables: { id }, extensions: { operationId: '1' } };
    await comeAndGo((signal) => post(server.url, body, token, signal));
    // Its id is free.
    expect((await post(server.url, body, token)).status).toBe(202);
    expect(server.probe.listening).toBe(1);
    stream.abort();
    await eventually(() => expect(server.probe.listening).toBe(0));
  });
});

async function comeByStream(url: string, id: string, accept: string) {
  return ask((signal) => post(url, { query, variables: { id } }, { accept }, signal));
}

async function comeByPoll(url: string, id: string) {
  const headers = { 'if-none-match': '"1"' };
  return ask((signal) => fetch(`${url}/api/jobs/${id}?waitMs=25000`, { headers, signal }));
}

async function comeBySingleConnection(url: string, id: string) {
  const put = await fetch(`${url}/graphql`, { method: 'PUT' });
  const token = { 'x-graphql-event-stream-token': await put.text() };
  const departure = new AbortController();
  const headers = { ...token, accept: 'text/event-stream' };
  await fetch(`${url}/graphql`, { headers, signal: departure.signal });
  const body = { query, variables: { id }, extensions: { operationId: '1' } };
  const asked = post(url, body, token);
  return async () => {
    departure.abort();
    void asked.then((answer) => answer.arrayBuffer());
  };
}

async function comeByWebSocket(url: string, id: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const payload = { query, variables: { id } };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  return async () => {
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;
  };
}

/** Asks for what is not answered before the client goes away. */
function ask(request: (signal: AbortSignal) => Promise<Response>): () => Promise<void> {
  const departure = new AbortController();
  const answer = request(departure.signal).catch((error: unknown) => error);
  return async () => {
    departure.abort();
    expect(await answer).toBeInstanceOf(DOMException);
  };
}

function post(url: string, body: object, headers: Record<string, string>, signal?: AbortSignal) {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}
