import type { Cluster } from 'ioredis';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import type { RedisWatch } from './watch.ts';

/** Redis would take a shorter time-out for none at all. */
const shortestBlockMs = 1;

/** How much longer than it may block a command may take to answer; then its connection leads nowhere. */
const lateAnswerMs = 1_000;

/** A connection of BullMQ's. */
export interface BackendConnection {
  /** Resolves once it is connected, to BullMQ's proxy of the client. */
  client: Promise<unknown>;
  disconnect: (wait?: boolean) => Promise<void>;
  reconnect: () => Promise<void>;
}

export interface BlockedConnectionOptions {
  onTrouble: RedisWatch['onTrouble'];
  /** How long one command may block. */
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
    send: (client: RedisClient, blockMs: number) => Promise<Answer | null>,
  ) => Promise<Answer | null>;
}

/** Takes a connection over, and makes it again when there is trouble with others: it may lead nowhere as well. */
export function watchBlocked(
  connection: BackendConnection,
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

  /** Rejects at disposal, whether or not the work ever ends: a Cluster that is closed may keep commands for ever. */
  async function untilOver<T>(work: Promise<T>, withinMs: number): Promise<T> {
    over.signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(over.signal.reason as Error);
    over.signal.addEventListener('abort', stop);
    try {
      return await withTimeout(Promise.race([work, promise]), withinMs);
    } finally {
      over.signal.removeEventListener('abort', stop);
    }
  }

  /** Resolves when it can be used, or after the time that a command may block. */
  async function whenLive(): Promise<void> {
    if (!client || isLive()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const revive = () => void client?.connect().catch(() => undefined);
    client.once('ready', resolve).once('end', revive);
    // What was given up may have ended for good.
    if (client.status === 'end') revive();
    try {
      await untilOver(promise, blockMs);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    } finally {
      client.off('ready', resolve).off('end', revive);
    }
  }

  /** As BullMQ does it: ioredis would send the command again that is given up. */
  async function reset(): Promise<void> {
    if (!isLive()) return;
    await connection.disconnect(true);
    await connection.reconnect();
  }

  async function sendOnce<Answer>(
    forMs: number,
    send: (client: RedisClient, blockMs: number) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    await untilOver(connection.client, blockMs);
    await whenLive();
    // What was sent now would wait for the connection.
    if (!client || !isLive()) return null;
    try {
      return await untilOver(send(client, forMs), forMs + lateAnswerMs);
    } catch (error) {
      over.signal.throwIfAborted();
      if (error instanceof TimeoutError) await reset().catch(() => undefined);
      else if (isLive()) throw error;
      wasLost = true;
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
        const answer = await sendOnce(forMs, send);
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
