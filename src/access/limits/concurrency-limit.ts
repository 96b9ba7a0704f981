import { randomUUID } from 'node:crypto';
import { createBatcher } from '../../platform/batcher.ts';
import { once } from '../../platform/once.ts';
import { roomRetryMs } from './counter.ts';
import { createRedisLeases } from './redis-leases.ts';
import type { Refuse } from './refusals.ts';
import type { RedisCalls } from './redis-calls.ts';

/** For so long a process that has vanished keeps what it held. */
const leaseMs = 60_000;
/** A lease outlives two renewals that fail. */
const renewalsPerLease = 3;

/** How many things a key holds at once, in all processes. */
export interface ConcurrencyLimit extends AsyncDisposable {
  /** Takes one, or throws RateLimitedError; the result gives it back at once. */
  hold: (key: string) => Promise<() => void>;
}

export interface ConcurrencyLimitOptions {
  /** Tells these from others. */
  kind: string;
  /** Things a key and time; null: as many as one likes. */
  limit: number | null;
  refuse: Refuse;
  prefix: string;
  counts: RedisCalls;
  leaseMs?: number | undefined;
}

interface Ask {
  key: string;
  /** False: Redis is only to be told how many there are. */
  isToTake: boolean;
}

/**
 * Each process writes how many of a key it holds into one entry of its own, which ends when it is not renewed. It asks
 * for one batch at a time and always writes the whole number: whatever was lost, the next time puts it right. While Redis
 * is away each process lets as many through as if it were the only one.
 */
export function createConcurrencyLimit({
  limit,
  ...options
}: ConcurrencyLimitOptions): ConcurrencyLimit {
  if (limit === null) {
    return { hold: async () => () => undefined, [Symbol.asyncDispose]: async () => undefined };
  }
  const { kind, refuse, prefix, counts } = options;
  const lease = options.leaseMs ?? leaseMs;
  const held = new Map<string, number>();
  const shared = createRedisLeases(counts, {
    prefix: `${prefix}:hold:${kind}`,
    holder: randomUUID(),
    limit,
    leaseMs: lease,
  });

  const settle = createBatcher(async (asks: Ask[]) => {
    const wanted = countWanted(asks);
    const grants = (await shared.write(wanted, held)) ?? grantAlone(wanted, held, limit);
    return asks.map(({ key, isToTake }) => isToTake && takeGrant(key, grants));
  });

  function takeGrant(key: string, grants: Map<string, number>): boolean {
    const left = grants.get(key) ?? 0;
    if (left === 0) return false;
    grants.set(key, left - 1);
    held.set(key, (held.get(key) ?? 0) + 1);
    return true;
  }

  /** A failure is the next renewal's to put right. */
  const tell = (key: string) => settle({ key, isToTake: false });

  function giveBack(key: string): void {
    const left = (held.get(key) ?? 0) - 1;
    if (left > 0) held.set(key, left);
    else held.delete(key);
    void tell(key);
  }

  const renewal = setInterval(() => {
    for (const key of held.keys()) void tell(key);
  }, lease / renewalsPerLease);

  return {
    hold: async (key) => {
      // Whoever is at the limit in this process alone, need not be asked about.
      const isFull = (held.get(key) ?? 0) >= limit;
      if (isFull || !(await settle({ key, isToTake: true }))) {
        throw refuse(roomRetryMs);
      }
      return once(() => giveBack(key));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      const keys = [...held.keys()];
      held.clear();
      await Promise.all(keys.map(tell));
    },
  };
}

/** How many are asked for, by key; 0 where the number is only to be told. */
function countWanted(asks: readonly Ask[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { key, isToTake } of asks) wanted.set(key, (wanted.get(key) ?? 0) + Number(isToTake));
  return wanted;
}

function grantAlone(
  wanted: ReadonlyMap<string, number>,
  held: ReadonlyMap<string, number>,
  limit: number,
): Map<string, number> {
  return new Map(
    [...wanted].map(([key, count]) => {
      const room = Math.max(0, limit - (held.get(key) ?? 0));
      return [key, Math.min(count, room)];
    }),
  );
}
