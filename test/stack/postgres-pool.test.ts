import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createPostgresPool } from '../../src/stack/postgres/pool.ts';
import type { PostgresPoolOptions, SessionPool } from '../../src/stack/postgres/pool.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { startTcpProxy } from '../environment/programs/tcp-proxy.ts';
import type { TcpProxy } from '../environment/programs/tcp-proxy.ts';

expectNoLeaks();

let proxy: TcpProxy;
let pool: SessionPool;

const createPool = (
  options: Pick<PostgresPoolOptions, 'size' | 'deadServer'> & { answerTimeoutMs?: number },
) =>
  createPostgresPool({
    address: { url: proxy.url, ca: null },
    pinning: 'startup',
    answerTimeoutMs: 300,
    onError: () => undefined,
    ...options,
  });

beforeEach(async () => {
  proxy = await startTcpProxy(inject('databaseUrl'));
  pool = createPool({ size: 2 });
  return async () => {
    proxy.resume();
    await proxy[Symbol.asyncDispose]();
  };
});

afterEach(() => pool.end());

async function readPid(): Promise<number> {
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  return rows[0].pid;
}

/** Two connections that nobody uses. */
async function fill(): Promise<number[]> {
  return Promise.all([readPid(), readPid()]);
}

const silence = 'Query read timeout';

test('a statement that failed leaves its connection as it was', async () => {
  const pid = await readPid();
  await expect(pool.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(await readPid()).toBe(pid);
});

test('what goes silent is closed, and so is every older connection, used or not', async () => {
  const pids = await fill();
  proxy.pause();
  await expect(pool.query('select 1')).rejects.toThrow(silence);
  proxy.resume();
  const later = await fill();
  expect(later.filter((pid) => pids.includes(pid))).toEqual([]);
});

test('a session that is read-only is not used again, nor are those beside it', async () => {
  const pids = await fill();
  await pool.query('create table if not exists pool_test (id int)');
  const session = await pool.connect();
  await session.query('begin read only', []);
  const written = session.query('insert into pool_test values (1)', []);
  await expect(written).rejects.toMatchObject({ code: '25006' });
  // Nothing more is asked of it.
  await expect(session.query('rollback', [])).rejects.toMatchObject({ code: '25006' });
  session.release();
  expect((await fill()).filter((pid) => pids.includes(pid))).toEqual([]);
  await pool.query('drop table pool_test');
});

test('in a transaction that goes silent, the rollback does not wait as long again', async () => {
  const session = await pool.connect();
  await session.query('begin', []);
  proxy.pause();
  const catchError = (text: string) => session.query(text, []).catch((error: unknown) => error);
  const error = await catchError('select 1');
  expect(error).toMatchObject({ message: silence });
  // The same, as it was not asked.
  expect(await catchError('rollback')).toBe(error);
  session.release();
});

test('a pool can end while its server is silent', async () => {
  const countSockets = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const before = countSockets();
  const other = createPool({ size: 1 });
  await other.query('select 1');
  proxy.pause();
  await other.end();
  // What the proxy holds does not count.
  await eventually(() => expect(countSockets()).toBe(before));
});

test('a server ends a statement that takes too long, and one that waits for a lock', async () => {
  const { rows } = await pool.query(
    `select name from pg_settings where setting <> '0' and name = any($1) order by name`,
    [['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']],
  );
  expect(rows).toHaveLength(3);
});

describe('of a server that has vanished without a word, when another is in its place', () => {
  let watched: SessionPool;

  beforeEach(() => {
    const deadServer = { checkAfterMs: 100, idleAnswerMs: 500 };
    watched = createPool({ size: 3, answerTimeoutMs: 60_000, deadServer });
  });

  afterEach(() => watched.end());

  const readPids = async (count: number) => {
    const asked = Array.from({ length: count }, () =>
      watched.query('select pg_backend_pid() as pid, pg_sleep(0.2)'),
    );
    return (await Promise.all(asked)).map(({ rows }) => rows[0].pid as number);
  };

  test('no statement waits for its time to be over', async () => {
    const before = await readPids(3);
    proxy.pauseOpen();
    const waiting = watched.query('select 1');
    await expect(waiting).rejects.toThrow('Connection terminated');
    expect((await readPids(3)).filter((pid) => before.includes(pid))).toEqual([]);
  });

  test('slow statements of one that is there are not cut', async () => {
    const before = await readPids(3);
    // Longer than a connection that is silent would live: 100 ms, a new connection, and 500 ms.
    await watched.query('select pg_sleep(0.8)');
    expect(new Set(await readPids(3))).toEqual(new Set(before));
  });
});
