import { Socket } from 'node:net';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool } from 'pg';
import type { PoolClient, PoolConfig, QueryResult } from 'pg';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import { isSessionLost } from '../../db/transient-errors.ts';
import type { Address } from '../address.ts';
import { toStartupOptions, trackedSettings } from './settings.ts';
import type { Pinning } from './settings.ts';
import { createStatements } from './statements.ts';
import { toPostgresConnection } from './tls.ts';
import { createDeadServerWatch } from './dead-server-watch.ts';
import type { DeadServerLimits } from './dead-server-watch.ts';
import type { Connections } from '../stack.ts';

/** Time for PostgreSQL to accept a connection; a request that waits for one has 3 s in all. */
const connectTimeoutMs = 2_000;
/** For ordinary work. Longer than the server's statement timeout: a server that has not answered by then is dead. */
export const ordinaryAnswerMs = 12_000;
/** Idle connections are probed after this. */
const keepAliveDelayMs = 5_000;
/** Time for the server to close connections when the pool ends; then they are destroyed. */
const closeTimeoutMs = 2_000;

export interface PostgresPoolOptions {
  address: Address;
  pinning: Pinning;
  /** Maximum connections. */
  size: number;
  /** Time for an answer to a statement; null: unlimited. */
  answerTimeoutMs: number | null;
  applicationName?: string;
  /** How soon connections to a dead server are cut; by default seconds. */
  deadServer?: DeadServerLimits;
  onError: (error: Error) => void;
}

/** A pool as Kysely uses it, with what we need in addition. */
export interface SessionPool extends PostgresPool {
  query: (text: string, values?: unknown[]) => Promise<QueryResult>;
  connections: () => Connections;
}

/**
 * A pool of connections to PostgreSQL, which connects when it is first used. A session that was lost, timed out or turned
 * read-only is closed, and so is every older one before its next use: after a failover, no connection leads to the old server.
 */
export function createPostgresPool(options: PostgresPoolOptions): SessionPool {
  const sockets = new Set<Socket>();
  const config = toPoolConfig(options, sockets);
  const pool = new Pool(config);
  const watch = createDeadServerWatch({ pool, config, sockets, limits: options.deadServer });
  // The pool listens to idle clients only: one that breaks within a transaction would crash the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  // Idle clients report errors by their own listener; without this one, the pool would throw.
  pool.on('error', () => undefined);

  // With its own startup options, a session is also its client's own.
  const statements = createStatements(options.pinning === 'startup');
  /** Incremented whenever a session is lost, or its plans are out of date. */
  let generation = 0;
  const generations = new WeakMap<PoolClient, number>();

  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect();
      const opened = generations.get(client);
      if (opened === generation) return client;
      if (opened === undefined) return begin(client);
      client.release(true);
    }
  }

  async function begin(client: PoolClient): Promise<PoolClient> {
    generations.set(client, generation);
    try {
      if (options.pinning === 'tracked') await client.query(trackedSettings);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  function toSession(client: PoolClient) {
    let lost: Error | undefined;
    const run = statements.on(
      (statement) => watch(client.query(statement)),
      () => {
        if (generations.get(client) === generation) generation += 1;
      },
    );
    return {
      query: async (text: string, values?: unknown[]): Promise<QueryResult> => {
        // A lost session does not answer, and a rollback would wait as long again.
        if (lost) throw lost;
        try {
          return await run(text, values);
        } catch (error) {
          if (isSessionLost(error)) {
            lost = error;
            if (generations.get(client) === generation) generation += 1;
          }
          throw error;
        }
      },
      release: (discard?: boolean) => client.release(lost ?? discard ?? false),
    };
  }

  /** A dead server closes nothing, and the pool itself does not wait for sockets. */
  async function end(): Promise<void> {
    const closed = pool.end().then(() => Promise.all([...sockets].map(isClosed)));
    try {
      await withTimeout(closed, closeTimeoutMs);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      for (const socket of sockets) socket.destroy();
      await closed;
    }
  }

  return {
    // Kysely needs only this, though its type has cursors as well.
    connect: async () => toSession(await connect()) as unknown as PostgresPoolClient,
    query: async (text, values) => {
      const session = toSession(await connect());
      try {
        return await session.query(text, values);
      } finally {
        session.release();
      }
    },
    end,
    options: pool.options,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
  };
}

function isClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function toPoolConfig(options: PostgresPoolOptions, sockets: Set<Socket>): PoolConfig {
  const { address, pinning, size, answerTimeoutMs, applicationName } = options;
  const startup = pinning === 'startup' ? toStartupOptions(answerTimeoutMs !== null) : '';
  return {
    ...toPostgresConnection(address, startup),
    max: size,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
    ...(answerTimeoutMs === null ? {} : { query_timeout: answerTimeoutMs }),
    ...(applicationName === undefined ? {} : { application_name: applicationName }),
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
  };
}
