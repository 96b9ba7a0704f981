import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { parseListenStatement, type ListenStatement } from './listen-statement.ts';
import type { PgliteSession } from './session.ts';

type Statement = string | pg.QueryConfig;
type Values = readonly unknown[] | undefined;

export interface PgliteClient extends EventEmitter {
  query: (statement: Statement, values?: Values) => Promise<pg.QueryResult>;
  /** Rolls back what is open and forgets what it listens to; statements already asked for come first. */
  release: () => void;
  /** As release, but refuses the statements that have not begun; resolves when the session is free of this client. */
  close: (reason: Error) => Promise<void>;
  isListeningTo: (channel: string) => boolean;
}

/** What node-postgres calls a checked-out client: its statements run in order, and from BEGIN on alone in the session. */
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
      // Postgres says whether a transaction is open, so no SQL has to be understood for that.
      if (!session.isInTransaction()) letGo();
    }
  }

  function letGo(): void {
    holdsSession = false;
    session.lock.release();
  }

  async function rollBack(): Promise<void> {
    if (!holdsSession) return;
    // A session that cannot roll back is dead, and has said so by its own error event.
    await session.query('ROLLBACK').catch(() => undefined);
    letGo();
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

/** Not for Postgres to know: it has one session, in which other clients may listen to the same channel. */
function unlisten(channels: Set<string>, { channel }: ListenStatement): pg.QueryResult {
  if (channel === undefined) channels.clear();
  else channels.delete(channel);
  return { command: 'UNLISTEN', rowCount: null, oid: 0, fields: [], rows: [] };
}
