import { LRUCache } from 'lru-cache';
import { toKeyPart } from './keys.ts';
import { defineScript } from './redis-calls.ts';
import type { RedisCalls } from './redis-calls.ts';
import type { Refuse } from './refusals.ts';

/** Begins with the first take of a key, and ends all at once: two windows that meet hold twice the limit. */
const windowMs = 60_000;
/** Keys that a process counts by itself, and those that it knows to be spent; of more, those that asked last. */
const maxKeys = 100_000;

/**
 * Takes points in one step, and none when they do not all fit: what is refused leaves the rest to smaller asks. Points that
 * are given back (a negative number) belong to a minute, and are gone with it.
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
  counts: RedisCalls;
}

/** Counts across processes, or in this one when Redis is away. */
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
      // Where they were taken; if that cannot be reached, they are lost.
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
