import { LRUCache } from 'lru-cache';
import { toKeyPart } from './keys.ts';
import { defineScript } from './redis-calls.ts';
import type { RedisCalls } from './redis-calls.ts';
import type { Refuse } from './refusals.ts';

/** A window begins when a key takes its first points. Around its end, up to twice the limit may be taken. */
const windowMs = 60_000;
/** Keys that a process counts by itself, and exhausted keys that it remembers. */
const maxKeys = 100_000;

/**
 * Takes points atomically, all or none. Points that are given back (a negative number) have no effect once their window has
 * ended.
 */
const takePoints = defineScript<[taken: number, leftMs: number]>(
  'foveaTakePoints',
  `
local points, windowMs, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if points < 0 and redis.call('exists', KEYS[1]) == 0 then return {0, windowMs} end
local taken = tonumber(redis.call('get', KEYS[1]) or '0') + points
local leftMs = redis.call('pttl', KEYS[1])
if taken <= limit then redis.call('incrby', KEYS[1], points) end
if leftMs < 0 then
  leftMs = windowMs
  if taken <= limit then redis.call('pexpire', KEYS[1], leftMs) end
end
return {taken, leftMs}`,
);

/** Limits how many points each key takes per minute. */
export interface Rate {
  /** Takes all points, or throws RateLimitedError. The result gives them back. */
  take: (key: string, points?: number) => Promise<() => Promise<void>>;
}

export interface RateOptions {
  /** Names it in Redis, such as `jobs`. */
  kind: string;
  /** Points per minute for each key; null: no limit. */
  limit: number | null;
  refuse: Refuse;
  /** Points are taken one by one, so that an exhausted key can be refused without asking Redis. */
  isOneByOne: boolean;
  prefix: string;
  counts: RedisCalls;
}

/** Counts across processes, or in this process while Redis is unavailable. */
export function createRate({ limit, ...options }: RateOptions): Rate {
  if (limit === null) return { take: async () => async () => undefined };
  const { kind, refuse, isOneByOne, prefix, counts } = options;
  const takeHere = createWindows(limit);
  const spent = new LRUCache<string, true>({ max: maxKeys, ttlResolution: 0 });

  const takeTogether = (key: string, points: number) =>
    counts.ask((redis) =>
      takePoints(redis, `${prefix}:rate:${kind}:${key}`, points, windowMs, limit),
    );

  return {
    take: async (name, points = 1) => {
      const key = toKeyPart(name);
      if (spent.has(key)) throw refuse(spent.getRemainingTTL(key));
      const together = await takeTogether(key, points);
      const [taken, leftMs] = together ?? takeHere(key, points);
      if (isOneByOne && together && taken >= limit) spent.set(key, true, { ttl: leftMs });
      if (taken > limit) throw refuse(leftMs);
      // Given back where they were taken, or lost if Redis cannot be reached.
      return async () => {
        if (together) await takeTogether(key, -points);
        else takeHere(key, -points);
      };
    },
  };
}

/** The same as the script, for this process alone. */
function createWindows(limit: number) {
  const windows = new LRUCache<string, number>({
    max: maxKeys,
    ttl: windowMs,
    noUpdateTTL: true,
    ttlResolution: 0,
  });
  return (key: string, points: number): [taken: number, leftMs: number] => {
    const known = windows.get(key);
    if (points < 0 && known === undefined) return [0, windowMs];
    const taken = (known ?? 0) + points;
    if (taken <= limit) windows.set(key, taken);
    return [taken, windows.has(key) ? windows.getRemainingTTL(key) : windowMs];
  };
}
