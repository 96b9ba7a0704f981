import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { Broker, Channel } from '../../src/pubsub/broker.ts';
import { createRedisBroker } from '../../src/pubsub/redis-broker.ts';
import { eventually } from '../environment/eventually.ts';

const prefix = `test-${randomUUID()}`;
const schema = z.object({ id: z.string() });
const channel = (name: string): Channel<{ id: string }> => ({ topic: 'live', name, schema });

let monitor: Redis;
let texts: string[];
let sender: Broker;
let receiver: Broker;

function startBroker(): Broker {
  const url = inject('redisUrl');
  return createRedisBroker({
    publisher: new Redis(url),
    subscriber: new Redis(url),
    prefix,
    logger: pino({ level: 'silent' }),
  });
}

beforeAll(async () => {
  texts = [];
  monitor = new Redis(inject('redisUrl'));
  monitor.on('message', (_channel, text: string) => texts.push(text));
  await monitor.subscribe(`${prefix}:live`);
  sender = startBroker();
  receiver = startBroker();
});

afterAll(async () => {
  await sender[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  monitor.disconnect();
});

test('a message of several channels is sent once, and parsed once for their listeners', async () => {
  const received: [string, object][] = [];
  for (const name of ['job:1', 'owner:a', 'owner:', 'job:2']) {
    await receiver.subscribe(channel(name), (message) => received.push([name, message]));
  }
  await sender.publish([channel('job:1'), channel('owner:a')], { id: 'one' }, 1_000);
  await eventually(() => expect([received.length, texts.length]).toEqual([3, 1]));
  expect(received).toEqual([
    ['job:1', { id: 'one' }],
    ['owner:a', { id: 'one' }],
    ['owner:', { id: 'one' }],
  ]);
  expect(new Set(received.map(([, message]) => message)).size).toBe(1);
  expect(receiver.changedAt(received[0]![1])).toBe(1_000);
  expect(texts.join('\n').split('"one"').length - 1).toBe(1);
});

test('what an older version sends of an owner, its rows together, is received one by one', async () => {
  const received: object[] = [];
  await receiver.subscribe(channel('owner:old'), (message) => received.push(message));
  await publishText('another 1000\nowner:old [{"id":"one"},{"id":"two"}]');
  await eventually(() => expect(received).toEqual([{ id: 'one' }, { id: 'two' }]));
});

async function publishText(text: string): Promise<void> {
  const client = new Redis(inject('redisUrl'));
  await client.publish(`${prefix}:live`, text);
  client.disconnect();
}
