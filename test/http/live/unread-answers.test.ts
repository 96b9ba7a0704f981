import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import { useApiServer } from '../../environment/app/use-api-server.ts';
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
import { useTestStack } from '../../environment/app/open-stack.ts';

expectNoLeaks();

/** Several beats of the heart fall into the time that a client has to read the rest. */
const pingIntervalMs = 50;
const unreadTimeoutMs = 1_000;
/** Less than Node keeps for a connection before it says that it is full, and little of what the kernel takes. */
const stage = 'x'.repeat(16_000);
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state stage } }';
const largeQuery = getIntrospectionQuery();
const tokenHeader = 'x-graphql-event-stream-token';

/** Embedded: a database has no sockets then, and those that are counted are the server's. */
const stack = useTestStack('embedded');
const server = useApiServer(stack, { pingIntervalMs, overrides: { unreadTimeoutMs } });

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
async function fill({ serverSocket }: TcpConnection, job: JobRow): Promise<JobRow> {
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
  const job = await insertTestJob(stack.db);
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
  await publishJobs(stack.broker, [final]);
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
  await using ending = await startApiServer(stack, { pingIntervalMs, overrides });
  const job = await insertTestJob(stack.db);
  await using connection = await openTcpConnection(ending.url);
  connection.write(formatOperation('text/event-stream', query, { variables: { id: job.id } }));
  await eventually(() => expect(connection.text.includes('"version":1')).toBe(true));
  connection.pause();
  await fill(connection, job);
  await ending[Symbol.asyncDispose]();
  expect(connection.serverSocket.destroyed).toBe(true);
  connection.resume();
  await connection.closed;
  expect(isComplete(connection)).toBe(false);
});
