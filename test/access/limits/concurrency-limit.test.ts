import { expect, test } from 'vitest';
import { createRedisCalls } from '../../../src/access/limits/redis-calls.ts';
import { RateLimitedError } from '../../../src/errors.ts';
import { createConcurrencyLimit } from '../../../src/access/limits/concurrency-limit.ts';
import type { ConcurrencyLimit } from '../../../src/access/limits/concurrency-limit.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { eventually } from '../../environment/eventually.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { countOutcomes, openCounting, refuse } from '../../environment/access/limits.ts';
import type { Counting } from '../../environment/access/limits.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';

expectNoLeaks();

function createTestHolds(
  { prefix, counts }: Pick<Counting, 'prefix' | 'counts'>,
  limit: number,
  leaseMs?: number,
): ConcurrencyLimit {
  return createConcurrencyLimit({ kind: 'subscriptions', limit, refuse, prefix, counts, leaseMs });
}

/** Two processes that count together. */
async function openTwo(limit: number, leaseMs?: number) {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await openCounting());
  const second = stack.use(await openCounting(first.prefix));
  const [here, there] = [first, second].map((counting) =>
    stack.use(createTestHolds(counting, limit, leaseMs)),
  ) as [ConcurrencyLimit, ConcurrencyLimit];
  const opened = stack.move();
  return { here, there, first, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

test('two processes let exactly as many through as one may', async () => {
  await using two = await openTwo(50);
  const asked = [two.here, two.there].flatMap((holds) =>
    Array.from({ length: 40 }, () => holds.acquire('ann')),
  );
  expect(await countOutcomes(asked)).toEqual({ accepted: 50, refused: 30 });
  // Nobody else is concerned.
  await two.there.acquire('bob');
});

test('a place that is given back is free for another process at once, and only once', async () => {
  await using two = await openTwo(2);
  const [giveBack] = await Promise.all([two.here.acquire('ann'), two.here.acquire('ann')]);
  await expect(two.there.acquire('ann')).rejects.toThrow(RateLimitedError);
  giveBack();
  giveBack();
  await eventually(() => two.there.acquire('ann'), { withinMs: 1_000 });
  await expect(two.there.acquire('ann')).rejects.toThrow(RateLimitedError);
  await expect(two.here.acquire('ann')).rejects.toThrow(RateLimitedError);
});

test('places that are taken and given back all the time are never too many, nor lost', async () => {
  await using two = await openTwo(5);
  let held = 0;
  let most = 0;
  let accepted = 0;
  async function comeAndGo(holds: ConcurrencyLimit): Promise<void> {
    for (let turn = 0; turn < 40; turn += 1) {
      const giveBack = await holds.acquire('ann').catch(() => undefined);
      if (!giveBack) continue;
      accepted += 1;
      held += 1;
      most = Math.max(most, held);
      await two.first.redis.ping();
      held -= 1;
      giveBack();
    }
  }
  await Promise.all(
    [two.here, two.there].flatMap((holds) => Array.from({ length: 6 }, () => comeAndGo(holds))),
  );
  expect(most).toBeLessThanOrEqual(5);
  expect(accepted).toBeGreaterThan(20);
  // All of it is free again.
  await eventually(async () => {
    expect(await two.first.redis.keys(`${two.first.prefix}:*`)).toEqual([]);
  });
});

test('what a process held that has vanished is free when its lease is over, and a living one keeps its own', async () => {
  const leaseMs = 900;
  await using two = await openTwo(2, leaseMs);
  await using vanishing = await openCounting(two.first.prefix);
  await using vanished = createTestHolds(vanishing, 2, leaseMs);
  await two.here.acquire('ann');
  await vanished.acquire('ann');
  vanishing.redis.disconnect();
  const vanishedAt = performance.now();
  await expect(two.there.acquire('ann')).rejects.toThrow(RateLimitedError);

  await eventually(() => two.there.acquire('ann'), { withinMs: leaseMs + 2_000 });
  expect(performance.now() - vanishedAt).toBeGreaterThan(leaseMs / 2);
  await expect(two.there.acquire('ann')).rejects.toThrow(RateLimitedError);
});

test('what Redis has lost is put right by the next renewal', async () => {
  await using two = await openTwo(3, 600);
  for (const key of ['ann', 'ann', 'ann']) await two.here.acquire(key);
  const { redis, prefix } = two.first;
  await redis.del(await redis.keys(`${prefix}:*`));
  await eventually(async () => expect(await redis.keys(`${prefix}:*`)).toHaveLength(1));
  await expect(two.there.acquire('ann')).rejects.toThrow(RateLimitedError);
});

test('ten thousand places are held by one process, and free when it ends', async () => {
  await using counting = await openCounting();
  const holds = createTestHolds(counting, 100);
  const owners = Array.from({ length: 10_000 }, (_, index) => `owner ${index % 5_000}`);
  await Promise.all(owners.map(holds.acquire));
  expect(await counting.redis.keys(`${counting.prefix}:*`)).toHaveLength(5_000);
  await holds[Symbol.asyncDispose]();
  expect(await counting.redis.keys(`${counting.prefix}:*`)).toEqual([]);
});

test('with a Redis that says nothing, a process counts for itself, and tells of it later', async () => {
  await using redis = await startRedis();
  await using proxy = await startTcpProxy(redis.url);
  await using near = await openCounting('held', proxy.url);
  await using far = await openCounting('held', redis.url);
  await using here = createTestHolds(near, 4, 2_000);
  await using there = createTestHolds(far, 4, 2_000);
  await there.acquire('ann');
  await here.acquire('ann');

  proxy.pause();
  const asked = Array.from({ length: 10 }, () => here.acquire('ann'));
  expect(await countOutcomes(asked)).toEqual({ accepted: 3, refused: 7 });

  proxy.resume();
  const [key] = await far.redis.keys('held:*');
  const numbers = async () => Object.values(await far.redis.hgetall(key!)).map((it) => it[0]);
  await eventually(async () => expect(new Set(await numbers())).toEqual(new Set(['1', '4'])));
  // Both stay: nothing is taken away, and nothing is added.
  await expect(there.acquire('ann')).rejects.toThrow(RateLimitedError);
});

test('a process alone counts for itself, and no limit is no limit', async () => {
  const counts = createRedisCalls(null, createLogger('silent', false));
  await using alone = createTestHolds({ prefix: '', counts }, 2);
  const giveBack = await alone.acquire('ann');
  await alone.acquire('ann');
  await expect(alone.acquire('ann')).rejects.toThrow(RateLimitedError);
  giveBack();
  await alone.acquire('ann');
  await using free = createConcurrencyLimit({
    kind: 'any',
    limit: null,
    refuse,
    prefix: '',
    counts,
  });
  await Promise.all(Array.from({ length: 1_000 }, () => free.acquire('ann')));
});
