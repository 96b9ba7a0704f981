import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { createPgliteClient, type PgliteClient } from './client.ts';
import { createPgliteSession, type PgliteSession } from './session.ts';

export interface PglitePools extends AsyncDisposable {
  /**
   * A pool whose statements run under its own search path, as in SQL: `bullmq`, or `app, public`. Of `pg.Pool` it has
   * what Kysely and BullMQ use: connect, query, end, on and options, and clients with query, release and on.
   * `SET search_path` without LOCAL is not for its users.
   */
  open: (searchPath: string) => pg.Pool;
}

interface PglitePool extends EventEmitter {
  options: object;
  connect: () => Promise<PgliteClient>;
  query: PgliteClient['query'];
  /** Refuses what has not begun, rolls back what is open. PGlite and the other pools go on. */
  end: () => Promise<void>;
  notify: (notification: pg.Notification) => void;
}

/** Shares the one session of a PGlite among pools; it is theirs alone until they are disposed of, before PGlite is. */
export function createPglitePools(pglite: PGlite): PglitePools {
  const pools = new Set<PglitePool>();
  const session = createPgliteSession(pglite, {
    onNotification: (notification) => {
      for (const pool of pools) pool.notify(notification);
    },
    onError: (error) => {
      for (const pool of pools) if (pool.listenerCount('error') > 0) pool.emit('error', error);
    },
  });
  let disposed: Promise<void> | undefined;

  async function dispose(): Promise<void> {
    await Promise.all([...pools].map((pool) => pool.end()));
    await session.close();
  }

  return {
    open: (searchPath) => {
      if (disposed !== undefined) throw new Error('The PGlite session is closed');
      const pool = createPool(session, searchPath);
      pools.add(pool);
      return pool as unknown as pg.Pool;
    },
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  };
}

function createPool(session: PgliteSession, searchPath: string): PglitePool {
  const clients = new Set<PgliteClient>();
  let ended: Promise<void> | undefined;

  async function connect(): Promise<PgliteClient> {
    if (ended !== undefined) throw endedError();
    const client = createPgliteClient(session, searchPath, (released) => clients.delete(released));
    clients.add(client);
    return client;
  }

  async function end(): Promise<void> {
    const reason = endedError();
    await Promise.all([...clients].map((client) => client.close(reason)));
  }

  const pool = {
    // BullMQ then trusts its LISTEN client to say so when it breaks, as one in this process does.
    options: { keepAlive: true },
    connect,
    query: async (statement: string | pg.QueryConfig, values?: readonly unknown[]) => {
      const client = await connect();
      try {
        return await client.query(statement, values);
      } finally {
        client.release();
      }
    },
    end: () => (ended ??= end()),
    notify: (notification: pg.Notification) => {
      for (const client of clients) {
        if (client.isListeningTo(notification.channel)) client.emit('notification', notification);
      }
    },
  };
  // Each of BullMQ's queues, workers and queue events adds a listener of its own.
  return Object.assign(new EventEmitter().setMaxListeners(0), pool);
}

/** BullMQ knows node-postgres' words for it. */
function endedError(): Error {
  return new Error('Cannot use a pool after calling end on the pool');
}
