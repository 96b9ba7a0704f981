import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { withDeadline } from '../platform/deadline.ts';
import type { Logger } from '../platform/logger.ts';
import type { RedisClient } from './redis-client.ts';
import { startLoop } from '../platform/loop.ts';

/** How often a message is sent that must come back. */
const beatIntervalMs = 2_000;
/** A subscription over which it does not come back in time leads nowhere. */
const beatDeadlineMs = 2_000;

export interface SubscriptionWatchOptions {
  publisher: RedisClient;
  subscriber: Redis;
  prefix: string;
  logger: Logger;
}

/**
 * Sends a message from one connection to the other now and then, until disposed; a subscriber that does not receive it is
 * connected again. Its server may have vanished, or be a replica that is told nothing any more; a ping shows only the former.
 */
export function startSubscriptionWatch(options: SubscriptionWatchOptions): AsyncDisposable {
  const { publisher, subscriber, prefix, logger } = options;
  const channel = `${prefix}:beat:${randomUUID()}`;
  let sent = 0;
  let received: (beat: string) => void = () => undefined;
  let breaks = 0;

  const onMessage = (from: string, text: string): void => {
    if (from === channel) received(text);
  };
  const onClose = (): void => {
    breaks += 1;
  };

  async function beat(): Promise<void> {
    // A connection that is being made needs no watch, and the publisher's own trouble is not the subscriber's.
    if (subscriber.status !== 'ready' || publisher.status !== 'ready') return;
    const before = breaks;
    const isAlive = (await isInTime(subscriber.subscribe(channel))) && (await comesBack());
    if (isAlive || breaks !== before) return;
    logger.warn('subscription is silent: connecting again');
    subscriber.disconnect(true);
  }

  async function comesBack(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const text = String((sent += 1));
    received = (beat) => {
      if (beat === text) resolve();
    };
    await publisher.publish(channel, text);
    return isInTime(promise);
  }

  subscriber.on('message', onMessage).on('close', onClose);
  const loop = startLoop({ name: 'subscription', run: beat, intervalMs: beatIntervalMs, logger });
  return {
    async [Symbol.asyncDispose]() {
      subscriber.off('message', onMessage).off('close', onClose);
      await loop[Symbol.asyncDispose]();
    },
  };
}

async function isInTime(work: Promise<unknown>): Promise<boolean> {
  try {
    await withDeadline(work, beatDeadlineMs);
    return true;
  } catch {
    // Too late, or the connection broke.
    return false;
  }
}
