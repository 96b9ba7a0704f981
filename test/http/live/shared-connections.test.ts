import { describe, expect, test } from 'vitest';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
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

expectNoLeaks();

const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }';
const upgrade = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  'sec-websocket-protocol': 'graphql-transport-ws',
};

const server = useApiServer('embedded');

function watch(id: string, accept = 'text/event-stream'): string {
  return formatOperation(accept, query, { variables: { id } });
}

function ask(alias: string): string {
  return formatOperation('application/json', `{ ${alias}: __typename }`);
}

async function expectText(connection: TcpConnection, part: string): Promise<void> {
  await eventually(() => expect(connection.text).toContain(part));
}

async function complete(job: JobRow): Promise<void> {
  const final = { ...job, state: 'COMPLETED' as const, version: job.version + 1 };
  await publishJobs(server.stack.broker, [final]);
}

/** The server has read by now what was sent to it before. */
async function letServerRead(): Promise<void> {
  await using other = await openTcpConnection(server.url);
  other.write(ask('other'));
  await expectText(other, '"other"');
}

describe('requests behind a stream on one connection', () => {
  test('are begun in turn, and take nothing until then', async () => {
    const [first, second] = [
      await insertTestJob(server.stack.db),
      await insertTestJob(server.stack.db),
    ];
    await using connection = await openTcpConnection(server.url);
    const reserve = formatRequest('PUT', '/graphql', { 'content-length': '0' });
    connection.write(watch(first.id) + watch(second.id) + reserve + ask('last'));
    await expectText(connection, '"version":1');
    await letServerRead();
    expect([server.connections, server.probe.listening]).toEqual([1, 1]);

    await complete(first);
    await eventually(() => expect(connection.text.match(/event: next/g)).toHaveLength(3));
    expect([server.connections, server.probe.listening]).toEqual([1, 1]);
    expect(connection.text).not.toContain('201 Created');
    await complete(second);
    await expectText(connection, '{"data":{"last":"Query"}}');
    expect(connection.text.match(/HTTP\/1.1 \d+|event: complete/g)).toEqual([
      'HTTP/1.1 200',
      'event: complete',
      'HTTP/1.1 200',
      'event: complete',
      'HTTP/1.1 201',
      'HTTP/1.1 200',
    ]);
  });

  test('are forgotten with their connection', async () => {
    const job = await insertTestJob(server.stack.db);
    const before = server.connections;
    await using connection = await openTcpConnection(server.url);
    connection.write(watch(job.id) + watch(job.id) + watch(job.id));
    await expectText(connection, '"version":1');
    connection.abort();
    await eventually(() =>
      expect([server.connections, server.probe.listening]).toEqual([before, 0]),
    );
  });

  test.each(['requests', 'requests with bodies'])(
    'end their connection when they are too many: %s',
    async (kind) => {
      const job = await insertTestJob(server.stack.db);
      const before = server.connections;
      await using connection = await openTcpConnection(server.url);
      connection.write(watch(job.id));
      await expectText(connection, '"version":1');
      const one = kind === 'requests' ? formatRequest('GET', '/livez') : watch(job.id);
      connection.write(one.repeat(8));
      await letServerRead();
      expect(connection.serverSocket.destroyed).toBe(false);
      connection.write(one.repeat(1_000));
      await connection.closed;
      await eventually(() =>
        expect([server.connections, server.probe.listening]).toEqual([before, 0]),
      );
    },
  );

  test('are answered in order when each is short', async () => {
    await using connection = await openTcpConnection(server.url);
    const names = Array.from({ length: 8 }, (_, index) => `q${index}`);
    connection.write(names.map(ask).join(''));
    await expectText(connection, '"q7"');
    expect(connection.text.match(/"q\d"/g)).toEqual(names.map((name) => `"${name}"`));
  });

  test('may not ask for a WebSocket', async () => {
    const job = await insertTestJob(server.stack.db);
    const before = server.connections;
    await using connection = await openTcpConnection(server.url);
    connection.write(watch(job.id));
    await expectText(connection, '"version":1');
    connection.write(formatRequest('GET', '/graphql', upgrade));
    await connection.closed;
    expect(connection.text).not.toContain('101');
    await eventually(() =>
      expect([server.connections, server.probe.listening]).toEqual([before, 0]),
    );
  });
});

describe('a WebSocket that is refused', () => {
  test.each([
    ['another path', 404, '/other', {}],
    ['a page of another site', 403, '/graphql', { origin: 'http://evil.example' }],
    ['a version that is not there', 400, '/graphql', { 'sec-websocket-version': '7' }],
    ['a key that is none', 400, '/graphql', { 'sec-websocket-key': 'a' }],
  ])('leaves nothing open, whatever its client does: %s', async (_what, status, path, headers) => {
    await letServerRead();
    const places = server.connections;
    const before = countOpenSockets();
    const refused = await Promise.all(
      Array.from({ length: 20 }, () => openTcpConnection(server.url)),
    );
    for (const { write } of refused) write(formatRequest('GET', path, { ...upgrade, ...headers }));
    for (const { closed } of refused) await closed;
    for (const { text } of refused) expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await eventually(() => expect(refused.every((it) => it.serverSocket.destroyed)).toBe(true));
    expect(server.connections).toBe(places);
    for (const connection of refused) await connection[Symbol.asyncDispose]();
    await eventually(() => expect(countOpenSockets()).toBeLessThanOrEqual(before));
  });
});
