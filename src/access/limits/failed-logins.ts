import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../../errors.ts';
import { toNetwork } from './keys.ts';
import { createRate } from './rate.ts';
import type { RateOptions } from './rate.ts';

/** Blocked networks that this process remembers. */
const maxBlocked = 10_000;

/** Blocks addresses that send invalid credentials too often. */
export interface FailedLogins {
  /** Call before credentials are verified: throws RateLimitedError while the address is blocked. Makes no request. */
  check: (address: string) => void;
  /** Counts invalid credentials, and blocks the address when there are too many. Does not throw RateLimitedError. */
  record: (address: string) => Promise<void>;
}

/**
 * Counts across processes. Each process learns of a block at the first failure that it sees itself, so that a check costs
 * nothing. Credentials that are verified at the same time as the last allowed failure are not blocked.
 */
export function createFailedLogins(
  options: Omit<RateOptions, 'kind' | 'isOneByOne'>,
): FailedLogins {
  const blocked = new LRUCache<string, true>({ max: maxBlocked });
  const rate = createRate({
    ...options,
    kind: 'logins',
    isOneByOne: true,
    // Only the next check refuses.
    refuse: (retryAfterMs) => new RateLimitedError('', retryAfterMs),
  });

  return {
    check: (address) => {
      const network = toNetwork(address);
      if (blocked.get(network)) throw options.refuse(blocked.getRemainingTTL(network));
    },
    record: async (address) => {
      const network = toNetwork(address);
      try {
        await rate.take(network);
      } catch (error) {
        if (!(error instanceof RateLimitedError)) throw error;
        blocked.set(network, true, { ttl: error.retryAfterMs });
      }
    },
  };
}
