import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createBoundedServer } from '../../../src/http/bounded-server.ts';
import { createTrust } from '../../../src/http/front/client-address.ts';
import { listen, toUrl } from '../../../src/http/listen.ts';
import { createIdleConnections } from '../../../src/access/limits/idle-connections.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTcpConnection, formatRequest } from '../../environment/clients/tcp-connection.ts';
import type { TcpConnection } from '../../environment/clients/tcp-connection.ts';

expectNoLeaks();

const get = formatRequest('GET', '/');
const limit = 3;

/** A server of which one address may have so many silent connections. */
async function start(proxies: readonly string[] = [], handle: RequestListener = answer) {
  const disposables = new AsyncDisposableStack();
  onTestFinished(() => disposables.disposeAsync());
  let closed = 0;
  const connections = createIdleConnections(limit, () => (closed += 1));
  const idle = { connections, trust: createTrust(proxies) };
  const logger = createLogger('silent', false);
  const { server } = createBoundedServer({ handle, logger, idle });
  await listen(server, 0, '127.0.0.1');
  disposables.defer(() => close(server));
  return {
    open: async (): Promise<TcpConnection> =>
      disposables.use(await openTcpConnection(toUrl(server))),
    get closed() {
      return closed;
    },
    server,
  };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

const answer: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-length': 2 }).end('ok');
};

/** Asks, and is answered: then the server has dealt with all that it was sent before. */
async function ask(connection: TcpConnection, text = get): Promise<void> {
  const before = connection.text.length;
  connection.write(text);
  await eventually(() => expect(connection.text.slice(before)).toMatch(/ok$/));
}

test('of those that say nothing, the one that has for longest makes room, and who speaks gets in', async () => {
  const server = await start();
  const silent = [];
  for (let count = 0; count < limit + 2; count += 1) silent.push(await server.open());
  await Promise.all(silent.slice(0, 2).map(({ closed }) => closed));
  const speaker = await server.open();
  await ask(speaker);
  await silent[2]!.closed;
  expect(server.closed).toBe(3);
  for (const kept of silent.slice(3)) await ask(kept);
});

test.each([
  ['has not ended its headers', 'GET / HTTP/1.1\r\nhost: a\r\nx: '],
  ['has not sent its body', `${formatRequest('POST', '/', { 'content-length': '9' })}{`],
  [
    'has not sent its last chunk',
    `${formatRequest('POST', '/', { 'transfer-encoding': 'chunked' })}1\r\n`,
  ],
])('who %s has said nothing yet', async (_what, text) => {
  // As what reads a body does: it answers when it has it.
  const server = await start([], (request, response) => {
    request.once('end', () => answer(request, response)).resume();
  });
  const slow = await server.open();
  slow.write(text);
  for (let count = 0; count < limit; count += 1) await server.open();
  await slow.closed;
  expect(server.closed).toBe(1);
});

test('who was answered is silent again, whether its body was read or not, and from then on', async () => {
  const server = await start();
  const [first, second] = [await server.open(), await server.open()];
  await ask(second);
  await ask(first, `${formatRequest('POST', '/', { 'content-length': '2' })}{}`);
  await ask(first);
  for (let count = 0; count < limit - 1; count += 1) await server.open();
  await second.closed;
  expect(server.closed).toBe(1);
  await ask(first);
});

test('who is being answered is not silent, nor who asks on without waiting for it', async () => {
  const gate = Promise.withResolvers<void>();
  const server = await start([], (request, response) => {
    void gate.promise.then(() => answer(request, response));
  });
  const waiting = await server.open();
  waiting.write(`${get}${get}`);
  await once(server.server, 'request');
  const silent = [];
  for (let count = 0; count < limit; count += 1) silent.push(await server.open());
  gate.resolve();
  await eventually(() => expect(waiting.text.match(/ok/g)).toHaveLength(2));
  // Now it is silent as well.
  await silent[0]!.closed;
  expect(server.closed).toBe(1);
});

test('a proxy that is trusted has as many as it likes', async () => {
  const server = await start(['loopback']);
  const connections = [];
  for (let count = 0; count < limit * 3; count += 1) connections.push(await server.open());
  for (const connection of connections) await ask(connection);
  expect(server.closed).toBe(0);
});

test('addresses are counted apart, those of one network together, and no limit is no limit', () => {
  const closed: string[] = [];
  const toConnection = (name: string) => ({ destroy: () => closed.push(name) });
  const silent = createIdleConnections(1, () => undefined);
  const [a, b] = [toConnection('a'), toConnection('b')];
  silent.add('2001:db8:1:2::1', a);
  silent.add('192.0.2.1', toConnection('of another'));
  silent.add('2001:db8:1:2:ffff::9', b);
  expect(closed).toEqual(['a']);
  silent.delete('2001:db8:1:2::1', a);
  silent.delete('2001:db8:1:2:ffff::9', b);
  silent.add('2001:db8:1:2::7', toConnection('c'));
  silent.add('::ffff:192.0.2.1', toConnection('d'));
  expect(closed).toEqual(['a', 'of another']);
  const free = createIdleConnections(null, () => undefined);
  for (let count = 0; count < 100; count += 1) free.add('192.0.2.1', toConnection('e'));
  expect(closed).toHaveLength(2);
});
