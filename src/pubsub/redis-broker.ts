import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { createBatcher } from '../platform/batcher.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { Logger } from '../platform/logger.ts';
import type { RedisClient } from './redis-client.ts';
import type { Broker, Topic } from './broker.ts';
import { createListeners } from './listeners.ts';
import { createLineWriter, readChangedAt, toLines, toText } from './message-lines.ts';

/** How long Redis may take to let a connection go. */
const quitDeadlineMs = 1_000;

export interface RedisBrokerOptions {
  publisher: RedisClient;
  /** A connection of its own: Redis takes no other commands on one that subscribes. */
  subscriber: Redis;
  /** Tells apart what shares a Redis; pub/sub knows no databases. */
  prefix: string;
  logger: Logger;
}

/** A message as it is sent. */
interface Line {
  text: string;
  changedAt: number;
}

/**
 * A broker over Redis pub/sub, which ends the two connections when it is disposed. Every process subscribes to whole
 * topics, once, and finds in them what its own listeners want: what is published at the same time is one message, and a
 * client that subscribes waits for no round trip. Listeners of the publishing process are given a message at once, as it
 * is; for others it is parsed once a process, and only where somebody listens.
 */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  // Begins every message of this process, which has delivered it by the time that Redis brings it back.
  const origin = randomUUID();
  const listeners = createListeners();
  const toLine = createLineWriter();
  const confirmations = new Map<Topic, Promise<number>>();
  const pubsub = new RedisPubSub({
    publisher,
    subscriber,
    serializer: String,
    deserializer: String,
  });
  const senders = { live: createSender('live'), control: createSender('control') };

  function createSender(topic: Topic): (line: Line) => Promise<void> {
    return createBatcher(async (lines: Line[]) => {
      const changedAt = Math.min(...lines.map((line) => line.changedAt));
      const texts = lines.map(({ text }) => text);
      await pubsub.publish(`${prefix}:${topic}`, toText(origin, changedAt, texts));
      return lines.map(() => undefined);
    });
  }

  function onText(text: string): void {
    const changedAt = readChangedAt(text);
    for (const { name, json } of toLines(origin, text)) {
      try {
        listeners.receive(name, json, changedAt);
      } catch (error) {
        // One message that somebody else wrote must not end the process.
        logger.warn({ err: error, channel: name }, 'malformed message skipped');
      }
    }
  }

  /** Asks Redis for a topic, once and for good. */
  async function confirm(topic: Topic): Promise<void> {
    // Not asyncIterableIterator(): it subscribes when first asked, and what was published before that is lost.
    const confirmation = confirmations.get(topic) ?? pubsub.subscribe(`${prefix}:${topic}`, onText);
    confirmations.set(topic, confirmation);
    try {
      await confirmation;
    } catch (error) {
      if (confirmations.get(topic) === confirmation) confirmations.delete(topic);
      throw error;
    }
  }

  return {
    publish: (channel, message, changedAt = Date.now()) => {
      listeners.deliver(channel.name, message, changedAt);
      return senders[channel.topic]({ text: toLine(channel.name, message), changedAt });
    },
    subscribe: async (channel, listener) => {
      const stop = listeners.add(channel, listener);
      try {
        await confirm(channel.topic);
        return stop;
      } catch (error) {
        stop();
        throw error;
      }
    },
    changedAt: listeners.changedAt,
    onGap: (listener) => {
      // It answers in order: when this has come back, what was subscribed to before is subscribed to again.
      subscriber.on('ready', () => {
        subscriber.ping().then(listener, () => undefined); // it broke again, and is ready once more later
      });
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      await Promise.all([publisher, subscriber].map(endConnection));
    },
  };
}

/** A connection that is down, or does not answer, has nobody to say goodbye to. */
export async function endConnection(client: RedisClient): Promise<void> {
  try {
    if (client.status === 'ready') await withDeadline(client.quit(), quitDeadlineMs);
  } catch {
    // Then it is cut off.
  } finally {
    client.disconnect();
  }
}
