import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { createBatcher } from '../platform/batcher.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { Logger } from '../platform/logger.ts';
import type { Broker, Topic } from './broker.ts';
import { createListeners } from './listeners.ts';
import { createLineWriter, readChangedAt, toLines, toText } from './message-lines.ts';

/** How long Redis may take to let a connection go. */
const quitDeadlineMs = 1_000;
/** After so long without a listener, a topic is not asked for any more: who reloads a page finds it still there. */
const lingerMs = 10_000;

export interface RedisBrokerOptions {
  publisher: Redis;
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
 * A broker over Redis pub/sub, which ends the two connections when it is disposed. A process with listeners subscribes to
 * whole topics, and finds in them what its listeners want: what is published at the same time is one message, and a client
 * that subscribes waits for no round trip. Listeners of the publishing process are given a message at once, as it is; for
 * others it is parsed once a process, and only where somebody listens. Where nobody does, nothing arrives.
 */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  // Begins every message of this process, which has delivered it by the time that Redis brings it back.
  const origin = randomUUID();
  const listeners = createListeners();
  const toLine = createLineWriter();
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
    for (const { name, json } of toLines(origin, text)) {
      try {
        listeners.receive(name, json, changedAt);
      } catch (error) {
        // One message that somebody else wrote must not end the process.
        logger.warn({ err: error, channel: name }, 'malformed message skipped');
      }
    }
  }

  /** Asks Redis for a topic, unless it is sent already. */
  async function enter(topic: Topic): Promise<void> {
    const name = `${prefix}:${topic}`;
    const it = subscriptions.get(topic) ?? beginSubscription();
    subscriptions.set(topic, it);
    clearTimeout(it.linger);
    it.listeners += 1;
    // Not asyncIterableIterator(): it subscribes when first asked, and what was published before that is lost.
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
    publish: (channel, message, changedAt = Date.now()) => {
      listeners.deliver(channel.name, message, changedAt);
      return senders[channel.topic]({ text: toLine(channel.name, message), changedAt });
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
      // It answers in order: when this has come back, what was subscribed to before is subscribed to again.
      subscriber.on('ready', () => {
        subscriber.ping().then(listener, () => undefined); // it broke again, and is ready once more later
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
export async function endConnection(client: Redis): Promise<void> {
  try {
    if (client.status === 'ready') await withDeadline(client.quit(), quitDeadlineMs);
  } catch {
    // Then it is cut off.
  } finally {
    client.disconnect();
  }
}

function beginSubscription(): Subscription {
  return { listeners: 0, isRouted: false, confirmation: undefined, linger: undefined };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
