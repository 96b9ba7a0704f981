import { toKeyPart } from './keys.ts';
import { defineScript } from './redis-calls.ts';
import type { RedisCalls } from './redis-calls.ts';

/**
 * Writes how many places the holder has, grants as many of the wanted ones as are free, and returns those. Uses the clock of
 * Redis, as those of the processes may differ.
 */
const writeLease = defineScript<number>(
  'foveaWriteLease',
  `
local holder, held, wanted, limit, leaseMs =
  ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others = 0
local entries = redis.call('hgetall', KEYS[1])
for i = 1, #entries, 2 do
  local count, endsAt = string.match(entries[i + 1], '(%d+):(%d+)')
  if tonumber(endsAt) <= now then
    redis.call('hdel', KEYS[1], entries[i])
  elseif entries[i] ~= holder then
    others = others + tonumber(count)
  end
end
local granted = math.max(0, math.min(wanted, limit - others - held))
if held + granted == 0 then
  redis.call('hdel', KEYS[1], holder)
else
  redis.call('hset', KEYS[1], holder, string.format('%d:%d', held + granted, now + leaseMs))
  redis.call('pexpire', KEYS[1], leaseMs)
end
return granted`,
);

export interface RedisLeasesOptions {
  prefix: string;
  /** Identifies this process. */
  holder: string;
  limit: number;
  leaseMs: number;
}

/** How many places each process holds, in Redis. */
export interface RedisLeases {
  /** Writes how many places of each key this process holds. Returns how many more it may take; undefined: Redis is unavailable. */
  write: (
    wanted: ReadonlyMap<string, number>,
    held: ReadonlyMap<string, number>,
  ) => Promise<Map<string, number> | undefined>;
}

export function createRedisLeases(counts: RedisCalls, options: RedisLeasesOptions): RedisLeases {
  const { prefix, holder, limit, leaseMs } = options;
  return {
    write: (wanted, held) =>
      counts.ask(async (redis) => {
        const entries = [...wanted].map(async ([key, count]) => {
          const args = [holder, held.get(key) ?? 0, count, limit, leaseMs];
          return [key, await writeLease(redis, `${prefix}:${toKeyPart(key)}`, ...args)] as const;
        });
        return new Map(await Promise.all(entries));
      }),
  };
}
