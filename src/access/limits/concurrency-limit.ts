import { randomUUID } from 'node:crypto';
import { createBatcher } from '../../platform/batcher.ts';
import { once } from '../../platform/once.ts';
import { placeRetryMs } from './counter.ts';
import { createRedisLeases } from './redis-leases.ts';
import type { Refuse } from './refusals.ts';
import type { RedisCalls } from './redis-calls.ts';

/** How long the places of a process that disappeared stay taken. */
const leaseMs = 60_000;
/** A lease survives two failed renewals. */
const renewalsPerLease = 3;

/** Limits how many things a key has at once, in all processes. */
export interface ConcurrencyLimit extends AsyncDisposable {
  /** Takes one place, or throws RateLimitedError. The result gives the place back. */
  acquire: (key: string) => Promise<() => void>;
}

export interface ConcurrencyLimitOptions {
  /** Names them in Redis, such as `subscriptions`. */
  kind: string;
  /** Maximum for each key; null: no limit. */
  limit: number | null;
  refuse: Refuse;
  prefix: string;
  counts: RedisCalls;
  leaseMs?: number | undefined;
}

interface LeaseRequest {
  key: string;
  /** False: only reports to Redis how many are taken. */
  isTaking: boolean;
}

/**
 * Each process writes how many places of a key it has taken into an entry of its own, which expires unless it is renewed.
 * It sends one batch at a time and always writes the whole number, so that the next write corrects whatever was lost.
 * While Redis is unavailable, each process counts alone.
 */
export function createConcurrencyLimit({
  limit,
  ...options
}: ConcurrencyLimitOptions): ConcurrencyLimit {
  if (limit === null) {
    return { acquire: async () => () => undefined, [Symbol.asyncDispose]: async () => undefined };
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

  const updateLeases = createBatcher(async (requests: LeaseRequest[]) => {
    const wanted = countWanted(requests);
    const grants = (await shared.write(wanted, held)) ?? grantLocally(wanted, held, limit);
    return requests.map(({ key, isTaking }) => isTaking && takeGrant(key, grants));
  });

  function takeGrant(key: string, grants: Map<string, number>): boolean {
    const left = grants.get(key) ?? 0;
    if (left === 0) return false;
    grants.set(key, left - 1);
    held.set(key, (held.get(key) ?? 0) + 1);
    return true;
  }

  /** If this fails, the next renewal corrects it. */
  const report = (key: string) => updateLeases({ key, isTaking: false });

  function giveBack(key: string): void {
    const left = (held.get(key) ?? 0) - 1;
    if (left > 0) held.set(key, left);
    else held.delete(key);
    void report(key);
  }

  const renewal = setInterval(() => {
    for (const key of held.keys()) void report(key);
  }, lease / renewalsPerLease);

  return {
    acquire: async (key) => {
      // A key that reaches the limit in this process needs no question to Redis.
      const isFull = (held.get(key) ?? 0) >= limit;
      if (isFull || !(await updateLeases({ key, isTaking: true }))) {
        throw refuse(placeRetryMs);
      }
      return once(() => giveBack(key));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      const keys = [...held.keys()];
      held.clear();
      await Promise.all(keys.map(report));
    },
  };
}

/** How many places are requested, by key; 0 where only the number is reported. */
function countWanted(requests: readonly LeaseRequest[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { key, isTaking } of requests)
    wanted.set(key, (wanted.get(key) ?? 0) + Number(isTaking));
  return wanted;
}

function grantLocally(
  wanted: ReadonlyMap<string, number>,
  held: ReadonlyMap<string, number>,
  limit: number,
): Map<string, number> {
  return new Map(
    [...wanted].map(([key, count]) => {
      const free = Math.max(0, limit - (held.get(key) ?? 0));
      return [key, Math.min(count, free)];
    }),
  );
}
