import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { requestUpgrade } from '../../environment/clients/http-request.ts';
import { openRawWebSocket } from '../../environment/clients/raw-websocket.ts';
import type { RawWebSocket } from '../../environment/clients/raw-websocket.ts';

expectNoLeaks();

const live = 'subscription { jobsUpdated { job { id } } }';
const subscribe = (id: string, query = live) => ({ type: 'subscribe', id, payload: { query } });

let server: ApiServer;
/** Somebody else, who is there all the time and must not notice. */
let bystander: RawWebSocket;

beforeAll(async () => {
  server = await startApiServer('external');
  bystander = await open();
  await bystander.greet();
});

afterAll(async () => {
  await bystander[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const open = (protocol?: string | null) => openRawWebSocket(server.url, protocol);

async function expectNobodyElseNoticed(): Promise<void> {
  bystander.send(subscribe('a', '{ __typename }'));
  const payload = { data: { __typename: 'Query' } };
  expect(await bystander.messages.next()).toEqual({ type: 'next', id: 'a', payload });
  expect(await bystander.messages.next()).toEqual({ type: 'complete', id: 'a' });
}

/** What a client sends after its greeting, and the codes that it may be closed with. */
const offences: [string, (string | object | Buffer)[], number[]][] = [
  ['greets twice', [{ type: 'connection_init' }], [4429]],
  ['subscribes twice by one id', [subscribe('1'), subscribe('1')], [4409]],
  [
    'sends a type that is not there',
    [{ type: 'start', id: '1', payload: { query: live } }],
    [4400],
  ],
  ['sends no type', [{ id: '1' }], [4400]],
  ['sends no JSON', ['{"type":'], [4400]],
  ['sends NUL', ['\0'], [4400]],
  ['sends nothing', [''], [4400]],
  ['sends a list', ['[]'], [4400]],
  ['sends deep JSON', ['['.repeat(90_000)], [4400]],
  ['subscribes without an id', [{ type: 'subscribe', payload: { query: live } }], [4400]],
  ['subscribes with an empty id', [subscribe('')], [4400]],
  ['subscribes without a query', [{ type: 'subscribe', id: '1', payload: {} }], [4400]],
  ['sends bytes', [Buffer.from([0, 255, 1, 254])], [1003]],
  ['sends a message of 1 MB', ['a'.repeat(1_000_000)], [1009]],
  ['sends a message of just over 100 kB', [' '.repeat(100_001)], [1009]],
  [
    'sends what a server sends',
    [{ type: 'next', id: '1', payload: {} }, { type: 'connection_ack' }],
    [4400],
  ],
];

describe('a client is cut off that', () => {
  test.each(offences)('%s', async (_what, messages, codes) => {
    await using client = await open();
    await client.greet();
    for (const message of messages) client.send(message);
    expect(codes).toContain(await client.closed);
    await expectNobodyElseNoticed();
  });

  test('never says who it is', async () => {
    await using client = await open();
    expect(await client.closed).toBe(4408);
    await expectNobodyElseNoticed();
  });

  test('subscribes before it has been let in', async () => {
    await using client = await open();
    client.send(subscribe('1'));
    expect(await client.closed).toBe(4401);
  });

  test('sends a message of 1 MB before it has been let in', async () => {
    await using client = await open();
    client.send('a'.repeat(1_000_000));
    expect(await client.closed).toBe(1009);
  });

  test('sends a large message in small pieces', async () => {
    await using client = await open();
    await client.greet();
    for (let piece = 0; piece < 200; piece += 1) {
      client.socket.send('a'.repeat(1_000), { fin: false });
    }
    expect(await client.closed).toBe(1009);
  });

  test('speaks no protocol', async () => {
    await using client = await open(null);
    expect(await client.closed).toBe(4406);
  });
});

test('a protocol of another name is not spoken', async () => {
  const { status, headers } = await requestUpgrade(server.url, {
    'sec-websocket-protocol': 'soap',
  });
  expect({ status, protocol: headers['sec-websocket-protocol'] }).toEqual({ status: 101 });
});

test('a client of the old protocol is told which one is spoken', async () => {
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, ['graphql-ws']);
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  expect({ code, reason: String(reason) }).toEqual({
    code: 4406,
    reason: expect.stringContaining('graphql-transport-ws'),
  });
  await eventually(() => expect(server.connections).toBe(1));
});

test('a client of both protocols is spoken to in the new one', async () => {
  for (const protocols of [
    'graphql-ws, graphql-transport-ws',
    'graphql-transport-ws, graphql-ws',
  ]) {
    const offer = { 'sec-websocket-protocol': protocols };
    const { headers } = await requestUpgrade(server.url, offer);
    expect(headers['sec-websocket-protocol']).toBe('graphql-transport-ws');
  }
});

test('nothing is compressed, so that little is never much', async () => {
  const offer = { 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' };
  const { status, headers } = await requestUpgrade(server.url, offer);
  expect(status).toBe(101);
  expect(headers).not.toHaveProperty('sec-websocket-extensions');
});

test.each([
  ['another version', { 'sec-websocket-version': '12' }],
  ['no key', { 'sec-websocket-key': 'a' }],
])('a handshake with %s is refused', async (_what, headers) => {
  const { status } = await requestUpgrade(server.url, headers);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  await expectNobodyElseNoticed();
});

test('an operation may be called what every object has', async () => {
  await using client = await open();
  await client.greet();
  for (const id of ['__proto__', 'constructor', 'toString']) {
    client.send(subscribe(id, '{ __typename }'));
    expect(await client.messages.next()).toMatchObject({ type: 'next', id });
    expect(await client.messages.next()).toEqual({ type: 'complete', id });
  }
});

test('a message of just under 100 kB is read', async () => {
  await using client = await open();
  await client.greet();
  client.send(subscribe('1', `{ __typename }${' '.repeat(99_900)}`));
  expect(await client.messages.next()).toMatchObject({ type: 'next', id: '1' });
});

test('who floods with pings is cut off, and disturbs nobody', async () => {
  await using client = await open();
  await client.greet();
  for (let ping = 0; ping < 10_000; ping += 1) client.socket.ping();
  await expectNobodyElseNoticed();
  await client.closed;
});

test('who asks again and again and never reads is cut off', async () => {
  await using client = await open();
  await client.greet();
  client.socket.pause();
  const long = 'a'.repeat(90_000);
  for (let ping = 0; ping < 500; ping += 1) client.send({ type: 'ping', payload: { long } });
  await expectNobodyElseNoticed();
  client.socket.resume();
  await client.closed;
});

test('a client that goes away at every step leaves nothing behind', async () => {
  for (let round = 0; round < 50; round += 1) {
    const client = await open();
    if (round % 3 > 0) client.send({ type: 'connection_init' });
    if (round % 3 > 1) client.send(subscribe('1'));
    await client[Symbol.asyncDispose]();
  }
  await expectNobodyElseNoticed();
});
