import pg from 'pg';
import { startPostgres } from './postgres.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export interface FaultyPostgres extends AsyncDisposable {
  /** Through a proxy, as a user who owns the database and has no other rights. */
  url: string;
  proxy: TcpProxy;
  /** Runs statements as the administrator, not through the proxy. */
  run: (...statements: string[]) => Promise<void>;
  /** Opens another session of the administrator, in the same database. */
  openSession: () => Promise<pg.Client>;
}

/** Starts a PostgreSQL that a test can disturb. */
export async function startFaultyPostgres(): Promise<FaultyPostgres> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres());
  const connect = async (connectionString: string) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  };
  const admin = stack.adopt(await connect(server.url), (client) => client.end());
  const run = async (...statements: string[]) => {
    for (const statement of statements) await admin.query(statement);
  };
  await run('create role app login', 'create database app owner app');
  const url = (user: string) =>
    Object.assign(new URL(server.url), { username: user, pathname: 'app' }).href;
  const proxy = stack.use(await startTcpProxy(url('app')));
  const started = stack.move();
  return {
    url: proxy.url,
    proxy,
    run,
    openSession: () => connect(url('fovea')),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Something that is wrong with a server; `begin` resolves with the function that ends it. */
export interface Fault {
  name: string;
  begin: (server: FaultyPostgres) => Promise<() => Promise<void>>;
  /** Whether /readyz reports it. */
  isReported: boolean;
  /** Whether statements fail; otherwise they wait. */
  fails: boolean;
}

const ofApp = `from pg_stat_activity where usename = 'app'`;
const terminate = `select pg_terminate_backend(pid) ${ofApp}`;
const reload = 'select pg_reload_conf()';

/** A fault that begins with the first statements, and ends with the last. */
function fault(name: string, first: string[], last: string[]): Fault {
  const begin: Fault['begin'] = async ({ run }) => {
    await run(...first);
    return () => run(...last);
  };
  return { name, isReported: true, fails: true, begin };
}

/** Makes every statement on attempts wait, until the lock is released. */
async function lockAttempts({ openSession }: FaultyPostgres): Promise<() => Promise<void>> {
  const locker = await openSession();
  await locker.query('begin; lock table job_attempt in access exclusive mode');
  return () => locker.end();
}

/** Cancels or terminates whatever waits for the lock on attempts, again and again. */
async function disturb(server: FaultyPostgres, action: string): Promise<() => Promise<void>> {
  const unlock = await lockAttempts(server);
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = server.run(`select ${action}(pid) ${ofApp} and wait_event_type = 'Lock'`);
  }, 50);
  return async () => {
    clearInterval(timer);
    await last;
    await unlock();
  };
}

const unreported = { isReported: false, fails: true };
const setReadOnly = 'alter system set default_transaction_read_only = on';
const resetReadOnly = 'alter system reset default_transaction_read_only';

export const readOnlySessions = fault(
  'read-only sessions',
  [setReadOnly, reload],
  [resetReadOnly, reload],
);

export const noConnections = fault(
  'no connections left',
  ['alter role app connection limit 0', terminate],
  ['alter role app connection limit -1'],
);

export const faults: Fault[] = [
  readOnlySessions,
  fault(
    'read-only sessions after the old ones have ended',
    [setReadOnly, reload, terminate],
    [resetReadOnly, reload],
  ),
  fault(
    'sessions that stay read-only while new ones are not',
    ['alter role app set default_transaction_read_only = on', terminate],
    ['alter role app reset default_transaction_read_only'],
  ),
  noConnections,
  { name: 'a lock', ...unreported, begin: lockAttempts },
  {
    name: 'canceled statements',
    ...unreported,
    begin: (server) => disturb(server, 'pg_cancel_backend'),
  },
  {
    name: 'ended sessions',
    ...unreported,
    begin: (server) => disturb(server, 'pg_terminate_backend'),
  },
  {
    name: 'silence',
    isReported: true,
    fails: false,
    begin: async ({ proxy }) => {
      proxy.pause();
      return async () => proxy.resume();
    },
  },
];
