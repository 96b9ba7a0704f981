import type { Cluster } from 'ioredis';
import { withTimeout } from '../../platform/timeout.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import type { RedisWatch } from './watch.ts';

/** Redis would take a shorter time-out for none at all. */
const shortestBlockMs = 1;

/** A connection of BullMQ's, whose commands may block. */
interface Connection {
  /** Resolves once it is connected, to BullMQ's proxy of the client. */
  client: Promise<unknown>;
}

export interface BlockedConnectionOptions {
  onTrouble: RedisWatch['onTrouble'];
  /** How long one command may block; when it may not answer soon after that, `read` gives it up. */
  blockMs: number;
}

/** A connection on which commands block; to be disposed before it is closed. */
export interface BlockedConnection extends Disposable {
  /**
   * Reads until there is an answer, in commands that each block for a limited time, so that each proves that the connection
   * leads somewhere. Null after this time, and once the connection is back when it was lost since the last null. Throws what a
   * command does, and after disposal.
   */
  read: <Answer>(
    withinMs: number,
    send: (blockMs: number) => Promise<Answer | null>,
  ) => Promise<Answer | null>;
}

/** Takes a connection over, and makes it again when there is trouble with others: it may lead nowhere as well. */
export function watchBlocked(
  connection: Connection,
  { onTrouble, blockMs }: BlockedConnectionOptions,
): BlockedConnection {
  const over = new AbortController();
  let client: RedisClient | undefined;
  /** Whether it was lost since a read last said so. */
  let wasLost = false;

  const isLive = (): boolean => client !== undefined && isConnected(client);
  const noteLoss = (): void => {
    wasLost = true;
  };
  // One that is not live connects by itself; if it were told so again, ioredis would forget when to try.
  const stopListening = onTrouble(() => {
    if (isLive()) client?.disconnect(true);
  });

  async function begin(): Promise<void> {
    client = (await connection.client) as RedisClient;
    client.on('close', noteLoss);
    // Otherwise ioredis sends a blocked command again by itself, and whoever reads never looks what was missed. What waits for
    // a connection that is then closed would never end.
    if (!isCluster(client)) client.options.maxRetriesPerRequest = 0;
  }

  /** Resolves when it can be used, or after the time that a command may block. */
  async function whenLive(): Promise<void> {
    over.signal.throwIfAborted();
    if (!client || isLive()) return;
    // What BullMQ has given up may have ended for good.
    if (client.status === 'end') client.connect().catch(() => undefined);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => reject(over.signal.reason as Error);
    client.once('ready', resolve);
    over.signal.addEventListener('abort', stop);
    try {
      await withTimeout(promise, blockMs);
    } catch {
      over.signal.throwIfAborted();
    } finally {
      client.off('ready', resolve);
      over.signal.removeEventListener('abort', stop);
    }
  }

  async function sendOnce<Answer>(send: () => Promise<Answer | null>): Promise<Answer | null> {
    await whenLive();
    // What was sent now would wait for the connection, and for ever if that is closed.
    if (client && !isLive()) return null;
    try {
      return await send();
    } catch (error) {
      if (isLive()) throw error;
      await whenLive();
      return null;
    }
  }

  begin().catch(() => undefined); // BullMQ reports it
  return {
    read: async (withinMs, send) => {
      const endsAt = performance.now() + withinMs;
      let leftMs = withinMs;
      while (leftMs >= shortestBlockMs && !wasLost) {
        const forMs = Math.min(leftMs, blockMs);
        const answer = await sendOnce(() => send(forMs));
        if (answer !== null) return answer;
        leftMs = endsAt - performance.now();
      }
      if (wasLost) await whenLive();
      wasLost = false;
      return null;
    },
    [Symbol.dispose]: () => {
      stopListening();
      over.abort(new Error('Connection is closed.')); // as ioredis says it, and BullMQ knows it
      client?.off('close', noteLoss);
    },
  };
}

/** BullMQ has its own copy behind a proxy. */
export function isCluster(client: RedisClient): client is Cluster {
  return 'isCluster' in client && client.isCluster;
}

function isConnected(client: RedisClient): boolean {
  return client.status === 'ready' || (isCluster(client) && client.status === 'connect');
}
