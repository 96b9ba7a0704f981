import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { createPgliteClient, type PgliteClient } from './client.ts';
import { createPgliteSession, type PgliteSession } from './session.ts';

export interface PglitePools extends AsyncDisposable {
  /**
   * A pool whose statements run with this search path, such as `bullmq` or `app, public`. It has the parts of `pg.Pool`
   * that Kysely and BullMQ use: connect, query, end, on and options, and clients with query, release and on.
   * Its users must not run `SET search_path` without LOCAL.
   */
  open: (searchPath: string) => pg.Pool;
}

interface PglitePool extends EventEmitter {
  options: object;
  connect: () => Promise<PgliteClient>;
  query: PgliteClient['query'];
  /** Rejects statements that have not begun, rolls back open transactions. PGlite and the other pools stay open. */
  end: () => Promise<void>;
  notify: (notification: pg.Notification) => void;
}

/** Shares the one session of a PGlite among pools. Nothing else may use it until they are disposed, before PGlite is. */
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
    // With this, BullMQ trusts its LISTEN client to report a broken connection.
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
  // Each queue, worker and QueueEvents of BullMQ adds a listener.
  return Object.assign(new EventEmitter().setMaxListeners(0), pool);
}

/** BullMQ recognizes this message of node-postgres. */
function endedError(): Error {
  return new Error('Cannot use a pool after calling end on the pool');
}
