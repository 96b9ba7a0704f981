import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { embeddedSettings } from '../postgres/settings.ts';
import { createSessionLock, type SessionLock } from './session-lock.ts';

/** Longer than any of our transactions; a longer wait is a deadlock in the program, and must be reported. */
const sessionWaitLimitMs = 30_000;

export interface PgliteSession {
  /** Held while a statement runs, and from BEGIN to COMMIT or ROLLBACK. */
  lock: SessionLock;
  /** For the holder of the lock, outside a transaction, whose rollback would undo it. */
  useSearchPath: (searchPath: string) => Promise<void>;
  /** For the holder of the lock. */
  query: (
    statement: string | pg.QueryConfig,
    values?: readonly unknown[],
  ) => Promise<pg.QueryResult>;
  isInTransaction: () => boolean;
  close: () => Promise<void>;
}

export interface PgliteSessionEvents {
  onNotification: (notification: pg.Notification) => void;
  onError: (error: Error) => void;
}

/**
 * The one session of a PGlite, through node-postgres, so that parameters, results, types and errors are those of a server.
 * Closing the session leaves PGlite open.
 */
export function createPgliteSession(pglite: PGlite, events: PgliteSessionEvents): PgliteSession {
  const client = new pg.Client(createPgConfig(pglite));
  client.on('notification', events.onNotification);
  client.on('error', events.onError);
  let connected: Promise<unknown> | undefined;
  let usedSearchPath: string | undefined;

  async function connect(): Promise<void> {
    await client.connect();
    await client.query(embeddedSettings);
  }

  const query: PgliteSession['query'] = async (statement, values) => {
    await (connected ??= connect());
    return client.query(statement, values as unknown[] | undefined);
  };

  return {
    lock: createSessionLock(sessionWaitLimitMs),
    query,
    useSearchPath: async (searchPath) => {
      if (usedSearchPath === searchPath) return;
      await query(`SELECT set_config('search_path', $1, false)`, [searchPath]);
      usedSearchPath = searchPath;
    },
    isInTransaction: () => ['T', 'E'].includes(client.getTransactionStatus() ?? 'I'),
    close: async () => {
      await connected;
      await client.end();
    },
  };
}
