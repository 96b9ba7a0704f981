import type { Socket } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { createUnreadBytes } from '../../../src/http/unread-bytes.ts';
import { SocketWriter } from '../../../src/http/live/socket-writer.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  countOpenSockets,
  openTcpConnection,
  formatOperation,
  formatRequest,
} from '../../environment/clients/tcp-connection.ts';
import type { TcpConnection } from '../../environment/clients/tcp-connection.ts';
import { postOperation } from '../../environment/clients/event-stream.ts';

expectNoLeaks();

/** Several beats of the heart fall into the time that a client has to read the rest. */
const pingIntervalMs = 50;
const unreadTimeoutMs = 1_000;
/** Less than Node keeps for a connection before it says that it is full, and little of what the kernel takes. */
const stage = 'x'.repeat(16_000);
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state stage } }';
const largeQuery = getIntrospectionQuery();
const tokenHeader = 'x-graphql-event-stream-token';

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer('embedded', { pingIntervalMs, overrides: { unreadTimeoutMs } });
});

afterAll(() => server[Symbol.asyncDispose]());

/** Begins to watch a job over a connection. */
type Watch = (connection: TcpConnection, id: string) => Promise<void>;

const ways: Watch[] = [
  watchBy('text/event-stream'),
  watchBy('multipart/mixed;subscriptionSpec=1.0'),
  watchBySingleConnection,
];

function watchBy(accept: string): Watch {
  return async (connection, id) =>
    connection.write(formatOperation(accept, query, { variables: { id } }));
}

async function watchBySingleConnection(connection: TcpConnection, id: string): Promise<void> {
  const reserved = await fetch(`${server.url}/graphql`, { method: 'PUT' });
  const headers = { [tokenHeader]: await reserved.text() };
  connection.write(formatRequest('GET', '/graphql', { accept: 'text/event-stream', ...headers }));
  await eventually(() => expect(connection.text).toContain('200 OK'));
  const operation = { query, variables: { id }, extensions: { operationId: '1' } };
  const begun = await postOperation(server.url, operation, headers);
  await begun.arrayBuffer();
}

/** Has the job report until its client's kernel takes no more; gives the row that was reported last. */
async function fill(
  { serverSocket }: TcpConnection,
  job: JobRow,
  { stack } = server,
): Promise<JobRow> {
  let { version } = job;
  while (serverSocket.writableLength === 0) {
    version += 1;
    await publishJobs(stack.broker, [{ ...job, state: 'ACTIVE', version, stage }]);
    await new Promise(setImmediate);
  }
  // What is ended now, ends at once: Node would take more.
  expect(serverSocket.writableNeedDrain).toBe(false);
  return { ...job, state: 'ACTIVE', version, stage };
}

/** What was watched is said to be over, or the answer has its last chunk. */
function isComplete({ text }: TcpConnection): boolean {
  return text.includes('event: complete') || text.endsWith('\r\n0\r\n\r\n');
}

/** Sockets of this process, once the connection is there that `fetch` keeps. */
async function countSockets(): Promise<number> {
  await (await fetch(`${server.url}/livez`)).text();
  return countOpenSockets();
}

interface Watcher {
  connection: TcpConnection;
  job: JobRow;
}

async function openWatcher(opened: AsyncDisposableStack, watch: Watch): Promise<Watcher> {
  const job = await insertTestJob(server.stack.db);
  const connection = opened.use(await openTcpConnection(server.url));
  await watch(connection, job.id);
  await eventually(() => expect(connection.text.includes('"version":1')).toBe(true));
  return { connection, job };
}

/** The job reports and ends while its client does not read. */
async function endUnread({ connection, job }: Watcher): Promise<void> {
  connection.pause();
  const last = await fill(connection, job);
  const final = { ...last, state: 'COMPLETED' as const, version: last.version + 1 };
  await publishJobs(server.stack.broker, [final]);
}

describe('over each way to subscribe', () => {
  test('a job that ends while its client does not read takes nothing along', async () => {
    const before = await countSockets();
    {
      await using opened = new AsyncDisposableStack();
      const watchers = await Promise.all(ways.map((watch) => openWatcher(opened, watch)));
      expect(server.connections).toBe(ways.length);
      await Promise.all(watchers.map(endUnread));
      await eventually(() => expect(server.probe.listening).toBe(0));
      // Several beats later it is given up: the rest was not read.
      for (const { connection } of watchers) {
        await eventually(() => expect(connection.serverSocket.destroyed).toBe(true));
      }
      await eventually(() => expect(server.connections).toBe(0));
      for (const { connection } of watchers) {
        connection.resume();
        await connection.closed;
        expect(isComplete(connection)).toBe(false);
      }
    }
    await eventually(() => expect(countOpenSockets()).toBeLessThanOrEqual(before));
  });

  test.each(ways)('a client that reads the rest in time has it all', async (watch) => {
    await using opened = new AsyncDisposableStack();
    const watcher = await openWatcher(opened, watch);
    const { connection } = watcher;
    await endUnread(watcher);
    await eventually(() => expect(server.probe.listening).toBe(0));
    connection.resume();
    await eventually(() => {
      expect(connection.text.includes('COMPLETED')).toBe(true);
      expect(isComplete(connection)).toBe(true);
    });
  });
});

test('who asks again and again over a single connection and never reads is cut off', async () => {
  await using connection = await openTcpConnection(server.url);
  const reserved = await fetch(`${server.url}/graphql`, { method: 'PUT' });
  const headers = { [tokenHeader]: await reserved.text() };
  connection.write(formatRequest('GET', '/graphql', { accept: 'text/event-stream', ...headers }));
  await eventually(() => expect(connection.text).toContain('200 OK'));
  connection.pause();
  const statuses = new Set<number>();
  for (let id = 0; id < 500 && !statuses.has(404); id += 1) {
    const extensions = { operationId: String(id) };
    const begun = await postOperation(server.url, { query: largeQuery, extensions }, headers);
    await begun.arrayBuffer();
    statuses.add(begun.status);
  }
  expect([...statuses]).toEqual([202, 404]);
  expect(server.connections).toBe(0);
});

test('a server that ends does not wait longer than it may for a client that reads nothing', async () => {
  const overrides = { drainTimeoutMs: 200 };
  await using ending = await startApiServer('external', { pingIntervalMs, overrides });
  const job = await insertTestJob(ending.stack.db);
  await using connection = await openTcpConnection(ending.url);
  connection.write(formatOperation('text/event-stream', query, { variables: { id: job.id } }));
  await eventually(() => expect(connection.text.includes('"version":1')).toBe(true));
  connection.pause();
  await fill(connection, job, ending);
  await ending[Symbol.asyncDispose]();
  expect(connection.serverSocket.destroyed).toBe(true);
  connection.resume();
  await connection.closed;
  expect(isComplete(connection)).toBe(false);
});

describe('an answer', () => {
  test('that nobody reads is cut after a while, and one that is read is not', async () => {
    const path = await findLargeFile();
    const before = await countSockets();
    {
      const [stalled, reader] = [
        await openTcpConnection(server.url),
        await openTcpConnection(server.url),
      ];
      stalled.pause();
      for (const { write } of [stalled, reader]) write(formatRequest('GET', path));
      await eventually(() => expect(stalled.serverSocket.writableLength).toBeGreaterThan(0));
      await eventually(() => expect(stalled.serverSocket.destroyed).toBe(true));
      const [, length] = /content-length: (\d+)/.exec(reader.text)!;
      await eventually(() => expect(reader.text.length).toBeGreaterThan(Number(length)));
      reader.write(formatRequest('GET', '/livez'));
      await eventually(() => expect(reader.text.endsWith('{"status":"alive"}\n')).toBe(true));
      for (const connection of [stalled, reader]) await connection[Symbol.asyncDispose]();
    }
    await eventually(() => expect(countOpenSockets()).toBeLessThanOrEqual(before));
  });

  test('that is read slowly, and steadily, is not cut', async () => {
    const path = await findLargeFile();
    await using reader = await openTcpConnection(server.url);
    reader.pause();
    // More than is read.
    reader.write(formatRequest('GET', path).repeat(2));
    const begunAt = performance.now();
    for (let reads = 1; reads <= 15; reads += 1) {
      await reader.readSome(500_000);
      const nextAt = begunAt + (reads * unreadTimeoutMs) / 10;
      while (performance.now() < nextAt) await (await fetch(`${server.url}/livez`)).text();
    }
    expect(reader.serverSocket.destroyed).toBe(false);
  });

  test('that waits longest is cut when too many bytes wait', async () => {
    const path = await findLargeFile();
    const { byteLength } = await (await fetch(`${server.url}${path}`)).arrayBuffer();
    // One may wait, and two not.
    const maxUnreadBytes = 1.5 * byteLength;
    await using bounded = await startApiServer('external', { overrides: { maxUnreadBytes } });
    await using stalled = new AsyncDisposableStack();
    const connections: TcpConnection[] = [];
    const countCut = () => connections.filter((it) => it.serverSocket.destroyed).length;
    for (let count = 0; count < 20 && countCut() === 0; count += 1) {
      const connection = stalled.use(await openTcpConnection(bounded.url));
      connections.push(connection);
      connection.pause();
      connection.write(formatRequest('GET', path));
      await eventually(() => expect(connection.serverSocket.writableLength).toBeGreaterThan(0));
    }
    expect(connections.map((it) => it.serverSocket.destroyed)).toEqual(
      connections.map((_, index) => index === 0),
    );
  });

  test('that goes on is given up only when nothing of it was read for long', () => {
    const socket = { bytesWritten: 0, writableLength: 100 };
    const wire = new SocketWriter(socket as Socket);
    const beat = (bytes: number) => {
      socket.bytesWritten += bytes;
      return wire.isStalled();
    };
    const beats = (sips: number[]) => sips.map((bytes) => beat(bytes));
    const slow = Array.from({ length: 40 }, (_, index) => (index % 6 === 0 ? 1 : 0));
    expect(beats(slow)).not.toContain(true);
    expect(beats([1, 0, 0, 0, 0, 0, 0, 0]).indexOf(true)).toBe(7);
    socket.writableLength = 0;
    expect(beats(Array.from({ length: 20 }, () => 0))).not.toContain(true);
  });

  test('that is cut, is the oldest of those that wait when they are too many', () => {
    const cut: string[] = [];
    const unread = createUnreadBytes(100);
    const [first] = ['first', 'second', 'third'].map((name) =>
      unread.add(40, () => cut.push(name)),
    );
    expect(cut).toEqual(['first']);
    first!(); // counts no more
    unread.add(20, () => cut.push('fourth'));
    expect(cut).toEqual(['first']);
    const forget = unread.add(1, () => cut.push('fifth'));
    expect(cut).toEqual(['first', 'second']);
    forget();
    unread.add(101, () => cut.push('sixth'));
    expect(cut).toEqual(['first', 'second', 'third', 'fourth', 'sixth']);
  });
});

/** GraphiQL's script has megabytes. */
async function findLargeFile(): Promise<string> {
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const [, path] = /<script src="([^"]+)"/.exec(await page.text())!;
  return `/${path}`;
}
