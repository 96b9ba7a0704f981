import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client } from 'pg';
import type { LeaderSession } from '../../queue/leader/claim.ts';
import type { Address } from '../address.ts';
import { toStartupOptions, trackedSettings } from './settings.ts';
import type { Pinning } from './settings.ts';
import { toPostgresConnection } from './tls.ts';

/** Time for PostgreSQL to accept the connection, and to answer on it. */
const connectTimeoutMs = 2_000;
const answerTimeoutMs = 2_000;
const keepAliveDelayMs = 5_000;
/** Time for a server to close the connection when we end it; then it is cut. */
const closeTimeoutMs = 500;

export interface LeaderSessionOptions {
  address: Address;
  pinning: Pinning;
  onError: (error: Error) => void;
}

/** Opens a connection of its own for a leader, so that its lease waits behind no other work. */
export async function openLeaderSession(options: LeaderSessionOptions): Promise<LeaderSession> {
  const { address, pinning, onError } = options;
  const client = new Client({
    ...toPostgresConnection(address, pinning === 'startup' ? toStartupOptions(true) : ''),
    application_name: 'fovea-jobs leader',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  });
  const ended = new AbortController();
  client.on('error', onError);
  client.once('end', () => ended.abort());
  try {
    await client.connect();
    if (pinning === 'tracked') await client.query(trackedSettings);
    const isOwn = await isOwnSession(client);
    return { pool: toPool(client, ended.signal), isOwn, ended: ended.signal };
  } catch (error) {
    void end(client);
    throw error;
  }
}

/** PostgreSQL tells a client the number of its backend; a pooler, which has none yet at that time, makes one up. */
async function isOwnSession(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return 'processID' in client && client.processID === rows[0]?.pid;
}

/** Kysely's view of a single connection. */
function toPool(client: Client, ended: AbortSignal): PostgresPool {
  const lent = {
    query: async (text: string, values?: unknown[]) => client.query(text, values),
    release: () => undefined,
  } as unknown as PostgresPoolClient;
  return {
    options: {},
    connect: async () => lent,
    end: async () => {
      if (!ended.aborted) await end(client);
    },
  };
}

async function end(client: Client): Promise<void> {
  const isClosed = client.end().then(
    () => true,
    () => true, // it was closed already
  );
  if (await Promise.race([isClosed, delay(closeTimeoutMs, false, { ref: false })])) return;
  const { connection } = client as unknown as { connection: { stream: { destroy: () => void } } };
  connection.stream.destroy();
}
