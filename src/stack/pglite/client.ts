import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { parseListenStatement, type ListenStatement } from './listen-statement.ts';
import type { PgliteSession } from './session.ts';

type Statement = string | pg.QueryConfig;
type Values = readonly unknown[] | undefined;

export interface PgliteClient extends EventEmitter {
  query: (statement: Statement, values?: Values) => Promise<pg.QueryResult>;
  /** Waits for pending statements, rolls back an open transaction and stops listening. */
  release: () => void;
  /** As release, but rejects statements that have not begun; resolves once the session is free of this client. */
  close: (reason: Error) => Promise<void>;
  isListeningTo: (channel: string) => boolean;
}

/** Like a checked-out client of node-postgres: its statements run in order, and a transaction has the session to itself. */
export function createPgliteClient(
  session: PgliteSession,
  searchPath: string,
  onRelease: (client: PgliteClient) => void,
): PgliteClient {
  const closing = new AbortController();
  const channels = new Set<string>();
  let holdsSession = false;
  let released = false;
  let idle: Promise<unknown> = Promise.resolve();

  async function run(statement: Statement, values: Values): Promise<pg.QueryResult> {
    closing.signal.throwIfAborted();
    const listen = parseListenStatement(typeof statement === 'string' ? statement : statement.text);
    if (listen?.verb === 'UNLISTEN') return unlisten(channels, listen);
    const result = await runAlone(statement, values);
    if (listen?.channel !== undefined) channels.add(listen.channel);
    return result;
  }

  async function runAlone(statement: Statement, values: Values): Promise<pg.QueryResult> {
    const isFresh = !holdsSession;
    if (isFresh) await session.lock.acquire(closing.signal);
    holdsSession = true;
    try {
      if (isFresh) await session.useSearchPath(searchPath);
      return await session.query(statement, values);
    } finally {
      // Postgres reports whether a transaction is open, so SQL need not be parsed for it.
      if (!session.isInTransaction()) releaseSession();
    }
  }

  function releaseSession(): void {
    holdsSession = false;
    session.lock.release();
  }

  async function rollBack(): Promise<void> {
    if (!holdsSession) return;
    // A session that cannot roll back is dead, and has emitted its own error.
    await session.query('ROLLBACK').catch(() => undefined);
    releaseSession();
  }

  const client: PgliteClient = Object.assign(new EventEmitter(), {
    query: (statement: Statement, values?: Values) => {
      if (released)
        return Promise.reject(
          closing.signal.reason ?? new Error('Client was released and is not queryable'),
        );
      const result = idle.then(() => run(statement, values));
      idle = result.catch(() => undefined);
      return result;
    },
    release: () => {
      if (released) return;
      released = true;
      channels.clear();
      idle = idle.then(rollBack).then(() => onRelease(client));
    },
    close: async (reason: Error) => {
      closing.abort(reason);
      client.release();
      await idle;
    },
    isListeningTo: (channel: string) => channels.has(channel),
  });
  return client;
}

/** Not sent to Postgres: its one session is shared with clients that may listen to the same channel. */
function unlisten(channels: Set<string>, { channel }: ListenStatement): pg.QueryResult {
  if (channel === undefined) channels.clear();
  else channels.delete(channel);
  return { command: 'UNLISTEN', rowCount: null, oid: 0, fields: [], rows: [] };
}
