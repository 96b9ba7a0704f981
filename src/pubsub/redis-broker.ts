import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { createBatcher } from '../platform/batcher.ts';
import { once } from '../platform/once.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { Logger } from '../platform/logger.ts';
import type { RedisClient } from './redis-client.ts';
import type { Broker, Topic } from './broker.ts';
import { createListeners } from './listeners.ts';
import { readChangedAt, toLine, toLines, toText } from './message-format.ts';

/** How long Redis may take to answer QUIT. */
const quitTimeoutMs = 1_000;
/** A topic is left so long after its last listener has gone, as a client that reloads its page is back before. */
const lingerMs = 10_000;

export interface RedisBrokerOptions {
  publisher: RedisClient;
  /** A connection of its own: Redis takes no other commands on one that subscribes. */
  subscriber: Redis;
  /** Separates apps that share a Redis, as pub/sub ignores database numbers. */
  prefix: string;
  logger: Logger;
}

/** A message as it is sent. */
interface Line {
  text: string;
  changedAt: number;
}

/** A topic that this process has asked Redis for. */
interface Subscription {
  listeners: number;
  /** Whether what Redis sends of it goes to the listeners. */
  isRouted: boolean;
  /** Undefined while Redis is not asked to send it. */
  confirmation: Promise<unknown> | undefined;
  linger: NodeJS.Timeout | undefined;
}

/**
 * A broker over Redis pub/sub, which closes both connections when it is disposed. A process with listeners subscribes to a
 * whole topic once, and picks out what its listeners need. So messages of the same moment are sent as one, and a client that
 * subscribes waits for no round trip. Listeners in the publishing process receive the object itself, at once; other processes
 * parse it once, and only if they have listeners. A process without listeners receives nothing.
 */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  // Marks the messages of this process, which has delivered them before Redis sends them back.
  const origin = randomUUID();
  const listeners = createListeners();
  const subscriptions = new Map<Topic, Subscription>();
  const pubsub = new RedisPubSub({
    publisher,
    subscriber,
    serializer: String,
    deserializer: String,
  });
  const senders = {
    live: createSender('live'),
    control: createSender('control'),
    leader: createSender('leader'),
  };

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
    for (const { names, json } of toLines(origin, text)) {
      try {
        listeners.receive(names, json, changedAt);
      } catch (error) {
        // A malformed message of another process must not end this one.
        logger.warn({ err: error, channels: names }, 'malformed message skipped');
      }
    }
  }

  /** Subscribes to a topic, unless this process is subscribed already. */
  async function enter(topic: Topic): Promise<void> {
    const name = `${prefix}:${topic}`;
    const it = subscriptions.get(topic) ?? beginSubscription();
    subscriptions.set(topic, it);
    clearTimeout(it.linger);
    it.listeners += 1;
    // asyncIterableIterator() would subscribe only when it is first read, and miss what was published before that.
    it.confirmation ??= it.isRouted ? subscriber.subscribe(name) : pubsub.subscribe(name, onText);
    const { confirmation } = it;
    try {
      await confirmation;
      it.isRouted = true;
    } catch (error) {
      if (it.confirmation === confirmation) it.confirmation = undefined;
      throw error;
    }
  }

  function leave(topic: Topic): void {
    const it = subscriptions.get(topic);
    if (!it || (it.listeners -= 1) > 0) return;
    it.linger = setTimeout(() => {
      if (!it.confirmation) return;
      it.confirmation = undefined;
      subscriber.unsubscribe(`${prefix}:${topic}`).catch((error: unknown) => {
        logger.debug({ err: error, topic }, 'topic not left');
      });
    }, lingerMs);
  }

  return {
    publish: (channels, message, changedAt = Date.now()) => {
      const names = channels.map(({ name }) => name);
      listeners.deliver(names, message, changedAt);
      return senders[channels[0].topic]({ text: toLine(names, message), changedAt });
    },
    subscribe: async (channel, listener) => {
      const remove = listeners.add(channel, listener);
      const stop = once(() => {
        remove();
        leave(channel.topic);
      });
      try {
        await enter(channel.topic);
        return stop;
      } catch (error) {
        stop();
        throw error;
      }
    },
    changedAt: listeners.changedAt,
    onGap: (listener) => {
      // Redis answers in order: once it answers PING, the subscriptions of before the gap are restored.
      subscriber.on('ready', () => {
        subscriber.ping().then(listener, () => undefined); // it broke again, and 'ready' will come again
      });
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      for (const { linger } of subscriptions.values()) clearTimeout(linger);
      subscriptions.clear();
      await Promise.all([publisher, subscriber].map(endConnection));
    },
  };
}

/** A connection that is down, or does not answer, has nobody to say goodbye to. */
export async function endConnection(client: RedisClient): Promise<void> {
  try {
    if (client.status === 'ready') await withTimeout(client.quit(), quitTimeoutMs);
  } catch {
    // Disconnected below.
  } finally {
    client.disconnect();
  }
}

function beginSubscription(): Subscription {
  return { listeners: 0, isRouted: false, confirmation: undefined, linger: undefined };
}
