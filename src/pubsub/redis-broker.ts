import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import type { Broker, Channel } from './broker.ts';
import { createListeners } from './listeners.ts';

export interface RedisBrokerOptions {
  publisher: Redis;
  /** A connection of its own: Redis takes no other commands on one that subscribes. */
  subscriber: Redis;
  /** Tells apart what shares a Redis; pub/sub knows no databases. */
  prefix: string;
  logger: Logger;
}

/** The broker's own confirmation of a channel, shared by all who listen to it. */
type Confirmation = Promise<number>;

/**
 * A broker over Redis pub/sub, which ends the two connections when it is disposed. Listeners of the publishing process
 * are given the message itself, at once; for the others it is parsed once a process, however many listen.
 */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  // Begins every message of this process, which has delivered it by the time that Redis brings it back.
  const origin = `${randomUUID()} `;
  const listeners = createListeners();
  const confirmations = new Map<string, Confirmation>();
  const pubsub = new RedisPubSub({
    publisher,
    subscriber: withCaughtUnsubscribe(subscriber, logger),
    serializer: (message) => origin + JSON.stringify(message),
    deserializer: String,
  });

  /** Asks Redis for a channel, once for all who listen to it here. */
  function confirm<Message>(channel: Channel<Message>): Confirmation {
    const known = confirmations.get(channel.name);
    if (known) return known;
    const onText = (text: string) => {
      if (text.startsWith(origin)) return;
      const message = parseMessage(channel, text, logger);
      if (message !== undefined) listeners.deliver(channel, message);
    };
    // Not asyncIterableIterator(): it subscribes when first asked, and what was published before that is lost.
    const confirmation = pubsub.subscribe(`${prefix}:${channel.name}`, onText);
    confirmations.set(channel.name, confirmation);
    return confirmation;
  }

  function leave<Message>(channel: Channel<Message>): void {
    const confirmation = confirmations.get(channel.name);
    confirmations.delete(channel.name);
    confirmation?.then(
      (id) => pubsub.unsubscribe(id),
      () => undefined, // whoever waited for it has been told
    );
  }

  return {
    publish: (channel, message) => {
      listeners.deliver(channel, message);
      return pubsub.publish(`${prefix}:${channel.name}`, message);
    },
    subscribe: async (channel, listener) => {
      listeners.add(channel, listener);
      const stop = () => {
        if (listeners.remove(channel, listener)) leave(channel);
      };
      try {
        await confirm(channel);
        return stop;
      } catch (error) {
        stop();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      await Promise.all([publisher, subscriber].map(endConnection));
    },
  };
}

/** What follows the origin. One message that somebody else wrote must not end the process. */
function parseMessage<Message>(
  channel: Channel<Message>,
  text: string,
  logger: Logger,
): Message | undefined {
  try {
    return channel.schema.parse(JSON.parse(text.slice(text.indexOf(' ') + 1)));
  } catch (error) {
    logger.warn({ err: error, channel: channel.name }, 'malformed message skipped');
    return undefined;
  }
}

/** RedisPubSub does not wait for its unsubscribes, and a connection that ends under one must not end the process. */
function withCaughtUnsubscribe(subscriber: Redis, logger: Logger): Redis {
  const caught =
    (command: 'unsubscribe' | 'punsubscribe') =>
    async (...channels: string[]): Promise<void> => {
      try {
        await subscriber[command](...channels);
      } catch (error) {
        logger.warn({ err: error }, 'unsubscribe failed');
      }
    };
  return Object.create(subscriber, {
    unsubscribe: { value: caught('unsubscribe') },
    punsubscribe: { value: caught('punsubscribe') },
  }) as Redis;
}

/** A connection that is down has nobody to say goodbye to. */
export async function endConnection(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit();
  else client.disconnect();
}
