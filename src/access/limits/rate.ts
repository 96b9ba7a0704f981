import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Redis } from 'ioredis';
import { toKeyPart } from './keys.ts';
import type { Refuse } from './refusals.ts';
import type { RedisCalls } from './redis-calls.ts';

/** Begins with the first take of a key, and ends all at once: two windows that meet hold twice the limit. */
const windowSeconds = 60;

/**
 * Takes points in one step, and none when they do not all fit: what is refused leaves the rest to smaller asks. Points that
 * are given back (a negative number) belong to a minute, and are gone with it.
 */
const takeScript = `
local points, windowMs, limit = tonumber(ARGV[1]), ARGV[2] * 1000, tonumber(ARGV[3])
if points < 0 and redis.call('exists', KEYS[1]) == 0 then return {0, windowMs} end
local taken = tonumber(redis.call('get', KEYS[1]) or '0') + points
local leftMs = redis.call('pttl', KEYS[1])
if taken <= limit then redis.call('incrby', KEYS[1], points) end
if leftMs < 0 then
  leftMs = windowMs
  if taken <= limit then redis.call('pexpire', KEYS[1], leftMs) end
end
return {taken, leftMs}`;

/** How much each key may take a minute. */
export interface Rate {
  /** Takes points, or none: then it throws RateLimitedError; the result gives them back. */
  take: (key: string, points?: number) => Promise<() => Promise<void>>;
}

export interface RateOptions {
  /** Tells this rate from others. */
  kind: string;
  /** Points a minute and key; null: as many as one likes. */
  limit: number | null;
  refuse: Refuse;
  /** Points are taken one by one, so that once they are spent, nobody needs to be asked. */
  isOneByOne: boolean;
  prefix: string;
  redis: Redis | null;
  counts: RedisCalls;
}

type Taken = { result: RateLimiterRes; isRefused: boolean };

/** Counts across processes, or in this one when Redis is away. */
export function createRate({ limit, ...options }: RateOptions): Rate {
  if (limit === null) return { take: async () => async () => undefined };
  const { kind, refuse, isOneByOne, prefix, redis, counts } = options;
  const settings = { points: limit, duration: windowSeconds };
  const own = new RateLimiterMemory(settings);
  const shared =
    redis &&
    new RateLimiterRedis({
      ...settings,
      storeClient: redis,
      keyPrefix: `${prefix}:rate:${kind}`,
      rejectIfRedisNotReady: true,
      customIncrTtlLuaScript: takeScript,
      ...(isOneByOne ? { inMemoryBlockOnConsumed: limit } : {}),
    });

  // Not the library's insurance: that would use points up that were refused, and could not say that it is at work.
  async function takeOwn(key: string, points: number): Promise<Taken> {
    const taken = await settle(own.consume(key, points));
    if (taken.isRefused) await own.reward(key, points);
    return taken;
  }

  return {
    take: async (name, points = 1) => {
      const key = toKeyPart(name);
      const together = shared && (await counts.ask(() => settle(shared.consume(key, points))));
      const { result, isRefused } = together ?? (await takeOwn(key, points));
      if (isRefused) throw refuse(result.msBeforeNext);
      // Where they were taken; if that cannot be reached, they are lost.
      return async () => {
        if (shared && together) await counts.ask(() => shared.reward(key, points));
        else if (await own.get(key)) await own.reward(key, points);
      };
    },
  };
}

/** The library throws its result when it refuses, and errors when it fails. */
async function settle(consumption: Promise<RateLimiterRes>): Promise<Taken> {
  try {
    return { result: await consumption, isRefused: false };
  } catch (error) {
    if (error instanceof RateLimiterRes) return { result: error, isRefused: true };
    throw error;
  }
}
