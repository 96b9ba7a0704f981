import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { PubSubRedisOptions } from 'graphql-redis-subscriptions';
import { jobRowSchema } from '../db/job-row.ts';
import type { JobRow } from '../db/job-row.ts';
import type { Logger } from '../logger.ts';
import type { Broker } from './broker.ts';

export interface RedisBrokerOptions {
  publisher: NonNullable<PubSubRedisOptions['publisher']>;
  /** A connection of its own: Redis takes no other commands on one that subscribes. */
  subscriber: NonNullable<PubSubRedisOptions['subscriber']>;
  /** Tells apart what shares a Redis; pub/sub knows no databases. */
  prefix: string;
  logger: Logger;
}

/** A broker over Redis pub/sub. A message is parsed once, however many listen. */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  const { publisher, subscriber, prefix, logger } = options;
  const pubsub = new RedisPubSub({
    publisher,
    subscriber,
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
      await pubsub.close();
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
