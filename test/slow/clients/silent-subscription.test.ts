import { Redis } from 'ioredis';
import { expect, inject, test, vi } from 'vitest';
import { logChannel } from '../../../src/pubsub/channels.ts';
import { createRedisBroker } from '../../../src/pubsub/redis-broker.ts';
import { startSubscriberWatchdog } from '../../../src/pubsub/subscriber-watchdog.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { createRedisOptions } from '../../../src/stack/redis/options.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

const prefix = 'silent-subscription';
const logger = createLogger('silent', false);
const channel = logChannel('some-job');

async function connect(url: string): Promise<Redis> {
  const client = new Redis(url, { ...createRedisOptions(), lazyConnect: true });
  await client.connect();
  return client;
}

test('a subscription that is half open is made again within seconds, and the gap is told', async () => {
  await using proxy = await startTcpProxy(inject('redisUrl'));
  const publisher = await connect(inject('redisUrl'));
  const subscriber = await connect(proxy.url);
  await using broker = createRedisBroker({ publisher, subscriber, prefix, logger });
  await using _watch = startSubscriberWatchdog({ publisher, subscriber, prefix, logger });
  const heard: number[] = [];
  await broker.subscribe(channel, (sequence) => heard.push(sequence));
  let gaps = 0;
  broker.onGap(() => (gaps += 1));

  const other = { publisher: await connect(proxy.url), subscriber: await connect(proxy.url) };
  await using sender = createRedisBroker({ ...other, prefix, logger });
  await sender.publish([channel], 1);
  await eventually(() => expect(heard).toEqual([1]));
  proxy.pauseOpen();
  other.publisher.disconnect(true);
  await eventually(() => expect(gaps).toBe(1));
  await sender.publish([channel], 2);
  await eventually(() => expect(heard).toEqual([1, 2]));
});

test('who stops watching does not wait for a message that is on its way', async () => {
  const publisher = await connect(inject('redisUrl'));
  const subscriber = await connect(inject('redisUrl'));
  await using _broker = createRedisBroker({ publisher, subscriber, prefix, logger });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const watch = startSubscriberWatchdog({ publisher, subscriber, prefix, logger });
    await expect(watch[Symbol.asyncDispose]()).resolves.toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
