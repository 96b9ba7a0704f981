import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { RateLimitedError } from '../../../src/errors.ts';
import { createFailedLogins } from '../../../src/access/limits/failed-logins.ts';
import type { FailedLogins } from '../../../src/access/limits/failed-logins.ts';
import { createRate } from '../../../src/access/limits/rate.ts';
import type { Rate } from '../../../src/access/limits/rate.ts';
import { createRedisCalls } from '../../../src/access/limits/redis-calls.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { countOutcomes, openCounting, refuse } from '../../environment/access/limits.ts';
import type { Counting } from '../../environment/access/limits.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

const alone = { redis: null, counts: createRedisCalls(null, createLogger('silent', false)) };

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

async function expectRefusal(asked: Promise<unknown>): Promise<RateLimitedError> {
  const refusal = await asked.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimitedError);
  return refusal as RateLimitedError;
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

describe('failed log-ins', () => {
  const address = '203.0.113.9';

  async function fail(logins: ReturnType<typeof createFailedLogins>, from: string, times: number) {
    for (let time = 0; time < times; time += 1) {
      logins.check(from);
      await logins.record(from);
    }
  }

  test('block an address, in every process that hears from it again', async () => {
    await using first = await openCounting();
    await using second = await openCounting(first.prefix);
    const [here, there] = [first, second].map((counting) =>
      createFailedLogins({ ...counting, limit: 3, refuse }),
    ) as [FailedLogins, FailedLogins];
    await fail(here, address, 2);
    await fail(there, address, 1);
    here.check(address);
    await here.record(address);
    expect(() => here.check(address)).toThrow(RateLimitedError);
    await there.record(address);
    expect(() => there.check(address)).toThrow(RateLimitedError);
    here.check('203.0.113.10');
  });

  test('of IPv6 count by network, and of IPv4 the same however they are written', async () => {
    const logins = createFailedLogins({ ...alone, prefix: '', limit: 1, refuse });
    await fail(logins, '2001:db8:1:2::1', 1);
    await logins.record('2001:db8:1:2:ffff::9');
    expect(() => logins.check('2001:db8:1:2::77')).toThrow(RateLimitedError);
    logins.check('2001:db8:1:3::1');
    await fail(logins, address, 1);
    await logins.record(`::ffff:${address}`);
    expect(() => logins.check(address)).toThrow(RateLimitedError);
    // Whatever a proxy says is counted.
    await fail(logins, 'unknown', 1);
    await logins.record('unknown');
    expect(() => logins.check('unknown')).toThrow(RateLimitedError);
  });

  test('a check asks nobody, and says when the block ends', async () => {
    await using counting = await openCounting();
    const logins = createFailedLogins({ ...counting, limit: 1, refuse });
    await logins.record(address);
    await logins.record(address);
    counting.redis.disconnect();
    logins.check('198.51.100.1');
    const refusal = await expectRefusal((async () => logins.check(address))());
    expect(refusal.retryAfterMs).toBeGreaterThan(50_000);
    expect(refusal.retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});
