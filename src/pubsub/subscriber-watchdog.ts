import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { withTimeout } from '../platform/timeout.ts';
import type { Logger } from '../platform/logger.ts';
import type { RedisClient } from './redis-client.ts';
import { startLoop } from '../platform/loop.ts';

/** How often a message is sent to the subscriber. */
const beatIntervalMs = 2_000;
/** How long it may take to arrive. */
const beatTimeoutMs = 2_000;

export interface SubscriberWatchdogOptions {
  publisher: RedisClient;
  subscriber: Redis;
  prefix: string;
  logger: Logger;
}

/**
 * Publishes a message every two seconds, and reconnects the subscriber if it does not receive it. The subscriber's server may
 * have vanished, or be a replica that receives nothing any more. PING would notice only the former.
 */
export function startSubscriberWatchdog(options: SubscriberWatchdogOptions): AsyncDisposable {
  const { publisher, subscriber, prefix, logger } = options;
  const channel = `${prefix}:beat:${randomUUID()}`;
  let sent = 0;
  let received: (beat: string) => void = () => undefined;
  let breaks = 0;
  let isSubscribed = false;
  let isStopped = false;

  const onMessage = (from: string, text: string): void => {
    if (from === channel) received(text);
  };
  const onClose = (): void => {
    breaks += 1;
  };

  async function beat(): Promise<void> {
    // A subscriber that is connecting is not checked, nor any while the publisher is down.
    if (subscriber.status !== 'ready' || publisher.status !== 'ready') return;
    const before = breaks;
    // ioredis subscribes again after each break.
    isSubscribed ||= await succeedsInTime(subscriber.subscribe(channel));
    const isAlive = isSubscribed && (await arrives());
    if (isAlive || breaks !== before) return;
    logger.warn('subscriber receives no messages: reconnecting');
    subscriber.disconnect(true);
  }

  async function arrives(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const text = String((sent += 1));
    received = (beat) => {
      if (beat === text) resolve();
    };
    await publisher.publish(channel, text);
    return isStopped || succeedsInTime(promise);
  }

  subscriber.on('message', onMessage).on('close', onClose);
  const loop = startLoop({ name: 'subscription', run: beat, intervalMs: beatIntervalMs, logger });
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true;
      // Whoever stops does not wait for a message that may never arrive.
      received(String(sent));
      subscriber.off('message', onMessage).off('close', onClose);
      await loop[Symbol.asyncDispose]();
    },
  };
}

async function succeedsInTime(work: Promise<unknown>): Promise<boolean> {
  try {
    await withTimeout(work, beatTimeoutMs);
    return true;
  } catch {
    // It took too long, or the connection broke.
    return false;
  }
}
