import { describe, expect, test } from 'vitest';
import { startApiServer } from '../../environment/app/api-server.ts';
import { useApiServer } from '../../environment/app/use-api-server.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  countOpenSockets,
  openTcpConnection,
  formatRequest,
} from '../../environment/clients/tcp-connection.ts';
import type { TcpConnection } from '../../environment/clients/tcp-connection.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';

expectNoLeaks();

const unreadTimeoutMs = 1_000;
/** Embedded: a database has no sockets then, and those that are counted are the server's. */
const stack = useTestStack('embedded');
const server = useApiServer(stack, { pingIntervalMs: 50, overrides: { unreadTimeoutMs } });

/** Sockets of this process, once the connection is there that `fetch` keeps. */
async function countSockets(): Promise<number> {
  await (await fetch(`${server.url}/livez`)).text();
  return countOpenSockets();
}

describe('a large file', () => {
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
    await using bounded = await startApiServer(stack, { overrides: { maxUnreadBytes } });
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
});

/** GraphiQL's script has megabytes. */
async function findLargeFile(): Promise<string> {
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const [, path] = /<script src="([^"]+)"/.exec(await page.text())!;
  return `/${path}`;
}
