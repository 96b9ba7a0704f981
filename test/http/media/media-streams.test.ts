import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, open, rm, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLimits } from '../../../src/access/limits/limits.ts';
import { UnauthenticatedError } from '../../../src/errors.ts';
import { createMediaPolicy } from '../../../src/model-service/media-path.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { insertVideo } from '../../../src/subjects/video/register.ts';
import { noLimits } from '../../environment/access/limits.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { formatRequest, openTcpConnection } from '../../environment/clients/tcp-connection.ts';

expectNoLeaks();

const unreadTimeoutMs = 1_000;
const size = 300_000_000;
const stack = useTestStack('embedded');
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-streams-'));
  file = join(folder, 'large.mp4');
  await insertVideo(stack.db, 'local', { id: 'large', title: 'Large', path: 'large.mp4' });
});

afterAll(() => rm(folder, { recursive: true }));

/** A file of nothing but zeros takes no space. */
async function createFile(): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.truncate(size);
}

type Ends = ((reason: UnauthenticatedError) => void)[];

async function startServer(ends: Ends = [], timeoutMs = unreadTimeoutMs): Promise<ApiServer> {
  await createFile();
  const logger = createLogger('silent', false);
  const config = { ...noLimits, mediaStreamsPerOwner: 3 };
  const counting = { redis: null, prefix: '', maxQueryCost: 1_000, onRefused: () => {} };
  const { openMedia } = createLimits({ config, db: stack.db, logger, ...counting });
  return startApiServer(stack, {
    limits: { openMedia },
    context: { mediaPolicy: createMediaPolicy({ root: folder, allowedHosts: null }) },
    overrides: {
      unreadTimeoutMs: timeoutMs,
      guards: {
        guard: (_session, end) => {
          ends.push(end);
          return () => ends.splice(ends.indexOf(end), 1);
        },
        [Symbol.asyncDispose]: async () => {},
      },
    },
  });
}

/** Open files of the test's folder. */
function countOpenFiles(): number {
  const descriptors = readdirSync('/proc/self/fd');
  return descriptors.filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(file);
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}

async function expectNothingOpen(server: ApiServer): Promise<void> {
  await eventually(() => expect([server.connections, countOpenFiles()]).toEqual([0, 0]));
}

/** A client that has begun to read. */
async function startReading(server: ApiServer) {
  const connection = await openTcpConnection(server.url);
  connection.pause();
  connection.write(formatRequest('GET', '/media/large'));
  await connection.readSome(100_000);
  return connection;
}

describe('a large file', () => {
  test('is sent whole, at the pace of its reader, in bounded memory', async () => {
    await using server = await startServer();
    const before = process.memoryUsage().arrayBuffers;
    const response = await fetch(`${server.url}/media/large`);
    let length = 0;
    let most = 0;
    for await (const chunk of response.body!) {
      length += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(length).toBe(size);
    // Most of it waits to be collected, of the client in this process too.
    expect(most).toBeLessThan((size * 2) / 3);
    await expectNothingOpen(server);
  });

  test('is read no further for a client that does not read, and closed after a while', async () => {
    await using server = await startServer();
    await using stalled = await startReading(server);
    expect(stalled.serverSocket.bytesWritten).toBeLessThan(size / 4);
    expect(countOpenFiles()).toBe(1);
    await eventually(() => expect(stalled.serverSocket.destroyed).toBe(true));
    await expectNothingOpen(server);
  });

  test('is closed when its client leaves', async () => {
    await using server = await startServer();
    await using connection = await startReading(server);
    connection.abort();
    await expectNothingOpen(server);
  });

  test.each([
    ['truncated', async () => truncate(file, 1_000_000)],
    ['written to', async () => utimes(file, new Date(), new Date(0))],
    ['removed and made again', async () => createFile()],
  ])('that is %s meanwhile breaks the connection, and nothing else', async (how, change) => {
    await using server = await startServer();
    await using connection = await startReading(server);
    await change();
    connection.resume();
    await connection.closed;
    const received = connection.text.length;
    expect(received).toBeLessThan(size + 2_000);
    expect(connection.serverSocket.destroyed).toBe(true);
    if (how === 'truncated') expect(received).toBeLessThan(size / 2);
    const [, body = ''] = connection.text.split('\r\n\r\n');
    expect(body.length).toBeLessThan(size);
    await expectNothingOpen(server);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  test('is broken off when the session of its reader ends', async () => {
    const ends: Ends = [];
    await using server = await startServer(ends);
    await using connection = await startReading(server);
    expect(ends).toHaveLength(1);
    ends[0]!(new UnauthenticatedError('It is over.', 'ACCESS_REVOKED'));
    connection.resume();
    await connection.closed;
    await expectNothingOpen(server);
    expect(ends).toHaveLength(0);
  });

  test('does not keep a server from ending', async () => {
    const server = await startServer([], 3_600_000);
    await using connection = await startReading(server);
    await server[Symbol.asyncDispose]();
    connection.resume();
    await connection.closed;
    await eventually(() => expect(countOpenFiles()).toBe(0));
  });

  test('is sent to one owner so many times at once, and again when one has ended', async () => {
    await using server = await startServer();
    await using readers = new AsyncDisposableStack();
    const first = readers.use(await startReading(server));
    for (let count = 1; count < 3; count += 1) readers.use(await startReading(server));
    const refused = await fetch(`${server.url}/media/large`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(refused.headers.get('content-range')).toBeNull();
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    // What has no body takes no place.
    expect((await fetch(`${server.url}/media/large`, { method: 'HEAD' })).status).toBe(200);
    first.abort();
    await eventually(async () => {
      const answer = await fetch(`${server.url}/media/large`, { headers: { range: 'bytes=0-9' } });
      expect((await answer.arrayBuffer()).byteLength).toBe(10);
    });
  });
});
