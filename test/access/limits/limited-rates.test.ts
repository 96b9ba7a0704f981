import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { createRate } from '../../../src/access/limits/rate.ts';
import type { Rate } from '../../../src/access/limits/rate.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  alone,
  countOutcomes,
  expectRefusal,
  openCounting,
  refuse,
} from '../../environment/access/limits.ts';
import type { Counting } from '../../environment/access/limits.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

function createTestRate(
  counting: Pick<Counting, 'prefix' | 'counts'> & { redis: Redis | null },
  limit: number,
  isOneByOne = false,
): Rate {
  return createRate({ kind: 'jobs', limit, refuse, isOneByOne, ...counting });
}

function takes(rate: Rate, count: number, points = 1): Promise<unknown>[] {
  return Array.from({ length: count }, () => rate.take('ann', points));
}

test.each([true, false])(
  'two processes let exactly as many through as one may, one by one: %s',
  async (isOneByOne) => {
    await using first = await openCounting();
    await using second = await openCounting(first.prefix);
    const rates = [first, second].map((counting) => createTestRate(counting, 30, isOneByOne));
    const asked = rates.flatMap((rate) => takes(rate, 40));
    expect(await countOutcomes(asked)).toEqual({ accepted: 30, refused: 50 });
  },
);

test('a process alone lets exactly as many through', async () => {
  const rate = createTestRate({ ...alone, prefix: '' }, 30);
  expect(await countOutcomes(takes(rate, 40))).toEqual({ accepted: 30, refused: 10 });
});

test('owners are counted apart, whatever they are called', async () => {
  await using counting = await openCounting();
  const rate = createTestRate(counting, 1);
  const owners = ['ann', 'Ann', 'ann:', '*', '\n', 'ä', 'x'.repeat(100_000), 'x'.repeat(100_001)];
  for (const owner of owners) await rate.take(owner);
  for (const owner of owners) await expectRefusal(rate.take(owner));
  const keys = await counting.redis.keys(`${counting.prefix}:*`);
  expect(keys).toHaveLength(owners.length);
  for (const key of keys) expect(key.length).toBeLessThan(150);
});

describe.each(['redis', 'memory'])('counted in %s', (where) => {
  async function open(limit: number): Promise<Rate & AsyncDisposable> {
    const counting = where === 'redis' ? await openCounting() : undefined;
    const rate = createTestRate(counting ?? { ...alone, prefix: '' }, limit);
    return { ...rate, [Symbol.asyncDispose]: async () => counting?.[Symbol.asyncDispose]() };
  }

  test('what is refused takes nothing: a smaller ask still fits', async () => {
    await using rate = await open(5);
    await rate.take('ann', 3);
    await expectRefusal(rate.take('ann', 3));
    await rate.take('ann', 2);
    await expectRefusal(rate.take('ann', 1));
    await rate.take('bob', 3);
  });

  test('what is given back is free again, in its minute', async () => {
    await using rate = await open(5);
    const giveBack = await rate.take('ann', 3);
    await rate.take('ann', 2);
    await giveBack();
    await rate.take('ann', 3);
    await expectRefusal(rate.take('ann', 1));
  });

  test('a refusal says when the minute is over', async () => {
    await using rate = await open(1);
    const begunAt = performance.now();
    await rate.take('ann');
    const { retryAfterMs } = await expectRefusal(rate.take('ann'));
    const goneMs = performance.now() - begunAt;
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(retryAfterMs).toBeGreaterThanOrEqual(60_000 - goneMs - 10);
  });
});

test('counts in Redis end with their minute', async () => {
  await using counting = await openCounting();
  await createTestRate(counting, 5).take('ann', 2);
  const [key] = await counting.redis.keys(`${counting.prefix}:*`);
  const leftMs = await counting.redis.pttl(key!);
  expect(leftMs).toBeGreaterThan(50_000);
  expect(leftMs).toBeLessThanOrEqual(60_000);
  // The next minute begins anew, and is given nothing of the one before.
  const giveBack = await createTestRate(counting, 5).take('ann', 2);
  await counting.redis.del(key!);
  await giveBack();
  await createTestRate(counting, 5).take('ann', 5);
  await expectRefusal(createTestRate(counting, 5).take('ann', 1));
});

test('with a Redis that says nothing, a process counts for itself, and then together again', async () => {
  await using redis = await startRedis();
  await using proxy = await startTcpProxy(redis.url);
  await using near = await openCounting('near', proxy.url);
  await using far = await openCounting('near', redis.url);
  const rate = createTestRate(near, 10);
  await rate.take('ann', 10);
  await expectRefusal(rate.take('ann'));

  proxy.pause();
  const begunAt = performance.now();
  expect(await countOutcomes(takes(rate, 15))).toEqual({ accepted: 10, refused: 5 });
  const againAt = performance.now();
  await expectRefusal(rate.take('ann'));
  // Redis was waited for once.
  expect(performance.now() - againAt).toBeLessThan(againAt - begunAt);

  proxy.resume();
  const known = await far.redis.keys('near:*');
  let owner = 0;
  await eventually(async () => {
    await rate.take(`owner ${(owner += 1)}`);
    expect((await far.redis.keys('near:*')).length).toBeGreaterThan(known.length);
  });
});

test('with a Redis that is gone, a process counts for itself at once', async () => {
  const redis = await startRedis();
  await using counting = await openCounting('gone', redis.url);
  const rate = createTestRate(counting, 10);
  await rate.take('ann');
  await redis[Symbol.asyncDispose]();
  expect(await countOutcomes(takes(rate, 15))).toEqual({ accepted: 10, refused: 5 });
});
