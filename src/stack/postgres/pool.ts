import { Socket } from 'node:net';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool } from 'pg';
import type { PoolClient, PoolConfig, QueryResult } from 'pg';
import { TooLateError, withDeadline } from '../../platform/deadline.ts';
import { isSessionLost } from '../../db/server-trouble.ts';
import type { Address } from '../address.ts';
import { toStartupOptions, trackedSettings } from './settings.ts';
import type { Pinning } from './settings.ts';
import { toPostgresConnection } from './tls.ts';
import { createSilenceWatch } from './silence-watch.ts';
import type { SilenceLimits } from './silence-watch.ts';
import { countConnections } from '../stack.ts';
import type { Connections } from '../stack.ts';

/** Time for PostgreSQL to accept a connection; a request that waits for one has 3 s in all. */
const connectTimeoutMs = 2_000;
/** For ordinary work. Longer than the server's own time for a statement: whoever has said nothing by then is silent. */
export const ordinaryAnswerMs = 12_000;
/** A connection that nobody uses is asked whether its other end is there. */
const keepAliveDelayMs = 5_000;
/** Time for a server to close its connections when we end; then they are cut. */
const closeTimeoutMs = 2_000;

export interface PostgresPoolOptions {
  address: Address;
  pinning: Pinning;
  /** Connections at most. */
  size: number;
  /** Time for an answer to a statement; null: however long it takes. */
  answerTimeoutMs: number | null;
  applicationName?: string;
  /** How soon a connection is suspected to lead nowhere; seconds unless given. */
  silence?: SilenceLimits;
  onError: (error: Error) => void;
}

/** Connections to PostgreSQL; Kysely's view of a pool, and what else we want of it. */
export interface SessionPool extends PostgresPool {
  query: (text: string, values?: unknown[]) => Promise<QueryResult>;
  connections: () => Connections;
}

/**
 * A pool of connections to PostgreSQL, which connects when it is first used. A session that was lost, went silent or turned
 * read-only is closed, and so is every older one before it is used again: after a failover, none is left of the old server.
 */
export function createPostgresPool(options: PostgresPoolOptions): SessionPool {
  const sockets = new Set<Socket>();
  const config = toPoolConfig(options, sockets);
  const pool = new Pool(config);
  const watchSilence = createSilenceWatch({ pool, config, sockets, limits: options.silence });
  // The pool hears idle ones only: one that breaks between two queries of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  // An idle one has been told of by its own listener; without this one, the pool would throw.
  pool.on('error', () => undefined);

  /** Grows whenever a session is lost. */
  let era = 0;
  const eras = new WeakMap<PoolClient, number>();

  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect();
      const opened = eras.get(client);
      if (opened === era) return client;
      if (opened === undefined) return begin(client);
      client.release(true);
    }
  }

  async function begin(client: PoolClient): Promise<PoolClient> {
    eras.set(client, era);
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
    return {
      query: async (text: string, values?: unknown[]): Promise<QueryResult> => {
        // Nothing more is to be heard of it, and a rollback would wait as long again.
        if (lost) throw lost;
        try {
          return await watchSilence(client.query(text, values));
        } catch (error) {
          if (isSessionLost(error)) {
            lost = error;
            if (eras.get(client) === era) era += 1;
          }
          throw error;
        }
      },
      release: (discard?: boolean) => client.release(lost ?? discard ?? false),
    };
  }

  /** A silent server closes nothing, and the pool itself waits for no socket. */
  async function end(): Promise<void> {
    const closed = pool.end().then(() => Promise.all([...sockets].map(isClosed)));
    try {
      await withDeadline(closed, closeTimeoutMs);
    } catch (error) {
      if (!(error instanceof TooLateError)) throw error;
      for (const socket of sockets) socket.destroy();
      await closed;
    }
  }

  return {
    // Kysely asks for no more than that, though its type has cursors as well.
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
    connections: () => countConnections(pool),
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
