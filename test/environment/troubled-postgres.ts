import pg from 'pg';
import { startPostgres } from './postgres.ts';
import { startRelay } from './relay.ts';

/** What can be wrong with a server: it is so until what `begin` gave is called. */
export interface Fault {
  name: string;
  begin: () => Promise<() => Promise<void>>;
  /** Whether /readyz says so. */
  isSeen: boolean;
}

export interface TroubledPostgres extends AsyncDisposable {
  /** Through a relay, as a user who owns the database and no more. */
  url: string;
  /** Its administrator, past the relay. */
  admin: pg.Client;
  faults: Fault[];
}

/** A PostgreSQL of its own, and ways to trouble it. */
export async function startTroubledPostgres(): Promise<TroubledPostgres> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres());
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  stack.defer(() => admin.end());
  const run = async (...statements: string[]) => {
    for (const statement of statements) await admin.query(statement);
  };
  await run('create role app login', 'create database app owner app');
  const direct = Object.assign(new URL(server.url), { username: 'app', pathname: 'app' });
  const relay = stack.use(await startRelay(direct.href));
  const ofApp = `from pg_stat_activity where usename = 'app'`;
  const terminate = `select pg_terminate_backend(pid) ${ofApp}`;
  const reload = 'select pg_reload_conf()';
  const setReadOnly = 'alter system set default_transaction_read_only = on';
  const resetReadOnly = 'alter system reset default_transaction_read_only';

  /** Holds back what writes of attempts, so that others can find it waiting. */
  async function lockAttempts(): Promise<() => Promise<void>> {
    const locker = new pg.Client({
      connectionString: Object.assign(new URL(server.url), { pathname: 'app' }).href,
    });
    await locker.connect();
    await locker.query('begin; lock table job_attempt in access exclusive mode');
    return () => locker.end();
  }

  /** Does something to whoever waits for the attempts, again and again. */
  async function whileLocked(statement: string): Promise<() => Promise<void>> {
    const unlock = await lockAttempts();
    let last = Promise.resolve();
    const timer = setInterval(() => {
      last = run(`select ${statement}(pid) ${ofApp} and wait_event_type = 'Lock'`);
    }, 50);
    return async () => {
      clearInterval(timer);
      await last;
      await unlock();
    };
  }

  const faults: Fault[] = [
    {
      name: 'read-only sessions that stay',
      isSeen: true,
      begin: async () => {
        await run(setReadOnly, reload);
        return () => run(resetReadOnly, reload);
      },
    },
    {
      name: 'read-only sessions in the place of those that were ended',
      isSeen: true,
      begin: async () => {
        await run(setReadOnly, reload, terminate);
        return () => run(resetReadOnly, reload);
      },
    },
    {
      name: 'read-only sessions that stay so when new ones are not',
      isSeen: true,
      begin: async () => {
        await run('alter role app set default_transaction_read_only = on', terminate);
        return () => run('alter role app reset default_transaction_read_only');
      },
    },
    {
      name: 'no room for connections',
      isSeen: true,
      begin: async () => {
        await run('alter role app connection limit 0', terminate);
        return () => run('alter role app connection limit -1');
      },
    },
    { name: 'a lock that is held', isSeen: false, begin: lockAttempts },
    {
      name: 'canceled statements',
      isSeen: false,
      begin: () => whileLocked('pg_cancel_backend'),
    },
    {
      name: 'ended sessions',
      isSeen: false,
      begin: () => whileLocked('pg_terminate_backend'),
    },
    {
      name: 'silence',
      isSeen: true,
      begin: async () => {
        relay.hold();
        return async () => relay.release();
      },
    },
  ];
  const started = stack.move();
  return { url: relay.url, admin, faults, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
