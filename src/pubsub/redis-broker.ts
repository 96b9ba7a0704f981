import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { jobRowSchema } from '../db/job-row.ts';
import type { JobRow } from '../db/job-row.ts';
import type { Logger } from '../logger.ts';
import type { Broker } from './broker.ts';

export interface RedisBrokerOptions {
  publisher: Redis;
  /** A connection of its own: Redis takes no other commands on one that subscribes. */
  subscriber: Redis;
  /** Tells apart what shares a Redis; pub/sub knows no databases. */
  prefix: string;
  logger: Logger;
}

/** A broker over Redis pub/sub, which ends the two connections when it is disposed. A message is parsed once, however many listen. */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  const pubsub = new RedisPubSub({
    publisher,
    subscriber: withCaughtUnsubscribe(subscriber, logger),
    deserializer: (message) => parseMessage(String(message), logger),
  });

  return {
    publish: (channel, job) => pubsub.publish(`${prefix}:${channel}`, job),
    subscribe: async (channel, listener) => {
      // Not asyncIterableIterator(): it subscribes when first asked, and what was published before that is lost.
      const id = await pubsub.subscribe(`${prefix}:${channel}`, (job: JobRow | undefined) => {
        if (job) listener(job);
      });
      return () => pubsub.unsubscribe(id);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([publisher, subscriber].map(endConnection));
    },
  };
}

function parseMessage(text: string, logger: Logger): JobRow | undefined {
  try {
    return jobRowSchema.parse(JSON.parse(text));
  } catch (error) {
    logger.warn({ err: error }, 'malformed message skipped');
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
