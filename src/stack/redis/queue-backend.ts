import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import type { QueueConnection } from '../../queue/transport.ts';
import { isCluster, watchBlocked } from './blocked-connection.ts';
import type { BackendConnection, BlockedConnection } from './blocked-connection.ts';
import type { HeldJobs } from './held-jobs.ts';
import type { RedisWatch } from './watch.ts';

/**
 * How long one command may block; a second later its connection is given up. The watch finds a server that hangs, and the
 * kernel one that vanished, much sooner. This limit is for a proxy that has forgotten this connection alone.
 */
const defaultBlockMs = 30_000;
const answerDeadlineMs = 1_000;
/** How long a connection whose read is given up may take to end, and to be made again; the next read sees to what is left. */
const resetDeadlineMs = 2_000;

/** Where the connection of an event reader leads is no master: it may be told nothing any more. */
class NoMasterError extends Error {
  override readonly name = 'NoMasterError';
}

/** What BullMQ's backend holds, and does not declare. */
interface BackendConnections {
  connection: BackendConnection;
  /** A worker reads on it. */
  blockingConnection?: BackendConnection;
}

export interface WatchedBackendOptions {
  onTrouble: RedisWatch['onTrouble'];
  heldJobs: HeldJobs;
  /** How long a worker or an event reader waits in one call. */
  idleWaitMs: number;
  blockMs?: number;
}

/** Creates backends of BullMQ that wait long while nothing happens, and notice soon that a connection leads nowhere. */
export function createWatchedBackends({
  onTrouble,
  heldJobs,
  idleWaitMs,
  blockMs = defaultBlockMs,
}: WatchedBackendOptions): BackendFactory<IQueueBackend, QueueConnection> {
  const create = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  return (name, options, kind) => {
    const backend = create(name, options, kind);
    const { connection, blockingConnection } = backend as unknown as BackendConnections;
    limitReset(connection);
    limitReset(blockingConnection);
    const blocked = blockingConnection ?? (kind?.blocking ? connection : undefined);
    if (!blocked) return backend;
    const forget = blockingConnection && heldJobs.watch(backend.keys);
    const { read, ...watched } = watchBlocked(blocked, { onTrouble, blockMs });
    const stop = () => {
      forget?.();
      watched[Symbol.dispose]();
    };
    Object.defineProperty(backend, 'maximumBlockTimeout', { value: idleWaitMs / 1_000 });
    return Object.assign(backend, wrapMethods(backend, { read, heldJobs, stop }));
  };
}

interface Wrapping extends Pick<BlockedConnection, 'read'> {
  heldJobs: HeldJobs;
  /** Called before the connection is closed. */
  stop: () => void;
}

function wrapMethods(backend: IQueueBackend, { read, heldJobs, stop }: Wrapping) {
  const { moveStalledJobsToWait, ...closing } = bindAll(backend);
  const { marker, events } = backend.keys as { marker: string; events: string };
  return {
    waitForJob: (seconds: number) =>
      read(seconds * 1_000, async (client, ms) => {
        const found = await client.bzpopmin(marker, ms / 1_000);
        return found && { member: found[1], score: Number(found[2]) };
      }),
    readEvents: (id: string, withinMs: number) =>
      read(withinMs, (client, ms) => client.xread('BLOCK', Math.ceil(ms), 'STREAMS', events, id)),
    // Where there is no job, none has stalled.
    moveStalledJobsToWait: async () => (heldJobs.mayExist() ? moveStalledJobsToWait() : []),
    disconnectBlocking: (wait?: boolean) => {
      stop();
      return closing.disconnectBlocking(wait);
    },
    disconnect: () => {
      stop();
      return closing.disconnect();
    },
    close: (force?: boolean) => {
      stop();
      return closing.close(force);
    },
  };
}

/** Its methods, as they were. */
function bindAll(backend: IQueueBackend) {
  return {
    moveStalledJobsToWait: backend.moveStalledJobsToWait.bind(backend),
    disconnectBlocking: backend.disconnectBlocking.bind(backend),
    disconnect: backend.disconnect.bind(backend),
    close: backend.close.bind(backend),
  };
}

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

async function findStream(client: RedisClient, key: string): Promise<unknown[]> {
  try {
    return (await client.xinfo('STREAM', key)) as unknown[];
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return [];
    throw error;
  }
}
