import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Cluster } from 'ioredis';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import type { QueueConnection } from '../../queue/transport.ts';

/**
 * How long a worker's read may block, in seconds: a second later BullMQ gives up the connection. Its own figure is 10 where
 * jobs are delayed.
 */
const maxBlockSeconds = 2;
const answerDeadlineMs = 1_000;
/** How long a connection whose read is given up may take to end, and to be made again; the next read sees to what is left. */
const resetDeadlineMs = 2_000;

/** Where the connection of an event reader leads is no master: it may be told nothing any more. */
class NoMasterError extends Error {
  override readonly name = 'NoMasterError';
}

/** What BullMQ's backend holds, and does not declare. */
interface BackendConnections {
  connection?: BackendConnection;
  /** A worker reads on it. */
  blockingConnection?: BackendConnection;
}

interface BackendConnection {
  disconnect: (wait?: boolean) => Promise<void>;
  reconnect: () => Promise<void>;
}

/** BullMQ's backend, of which no connection that leads nowhere is waited for longer than a few seconds. */
export const createWatchedBackend: BackendFactory<IQueueBackend, QueueConnection> = (
  name,
  options,
  connections,
) => {
  const create = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  const backend = create(name, options, connections);
  const { connection, blockingConnection } = backend as unknown as BackendConnections;
  limitReset(connection);
  limitReset(blockingConnection);
  return Object.defineProperty(backend, 'maximumBlockTimeout', { value: maxBlockSeconds });
};

/**
 * After a read in vain BullMQ waits until the connection has ended. That of a Cluster, told to end while it looks for its
 * nodes, connects again instead and never says that it has ended: the reader would wait for ever. BullMQ goes on as if it had,
 * and so does a worker that closes: its jobs are not to blame.
 */
function limitReset(connection: BackendConnection | undefined): void {
  if (!connection) return;
  const disconnect = connection.disconnect.bind(connection);
  const reconnect = connection.reconnect.bind(connection);
  connection.disconnect = (wait) => waitAtMost(disconnect(wait), resetDeadlineMs);
  connection.reconnect = () => waitAtMost(reconnect(), resetDeadlineMs);
}

async function waitAtMost(work: Promise<void>, withinMs: number): Promise<void> {
  try {
    await withTimeout(work, withinMs);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}

/** The id of the newest event that a queue's stream has had; undefined if there is no stream. Throws NoMasterError. */
export async function findLastEventId(events: IQueueBackend): Promise<string | undefined> {
  const client = (await (events as unknown as { client: Promise<unknown> }).client) as RedisClient;
  // A replica can be read from, and says nothing of being one.
  if ((await findRole(client)) === 'slave') {
    client.disconnect(true);
    throw new NoMasterError('the connection leads to a replica: connecting again');
  }
  const answer = await withTimeout(findStream(client, events.keys['events']!), answerDeadlineMs);
  const at = answer.indexOf('last-generated-id');
  return at === -1 ? undefined : String(answer[at + 1]);
}

async function findRole(client: RedisClient): Promise<unknown> {
  // A replica of a Cluster sends readers to its master, and any node would answer.
  if (isCluster(client)) return undefined;
  try {
    return (await withTimeout(client.role(), answerDeadlineMs))[0];
  } catch (error) {
    // Whoever rents a Redis may not be allowed to ask.
    if (error instanceof Error && error.message.startsWith('NOPERM')) return undefined;
    throw error;
  }
}

/** BullMQ has its own copy behind a proxy. */
function isCluster(client: RedisClient): client is Cluster {
  return 'isCluster' in client && client.isCluster;
}

async function findStream(client: RedisClient, key: string): Promise<unknown[]> {
  try {
    return (await client.xinfo('STREAM', key)) as unknown[];
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return [];
    throw error;
  }
}
