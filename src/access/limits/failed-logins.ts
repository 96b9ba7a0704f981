import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../../errors.ts';
import { toNetwork } from './keys.ts';
import { createRate } from './rate.ts';
import type { RateOptions } from './rate.ts';

/** Blocked networks that this process remembers; of more, those that asked last. */
const maxBlocked = 10_000;

/** Who has shown credentials that do not hold, too often. */
export interface FailedLogins {
  /** Before credentials are looked at: throws RateLimitedError while the address is blocked; asks nobody. */
  check: (address: string) => void;
  /** Counts credentials that do not hold; one too many, and the address is blocked. Never throws for that. */
  record: (address: string) => Promise<void>;
}

/**
 * Counts across processes. Each learns of a block by the first failure that it sees itself, so that a check costs nothing;
 * what is looked at in the same moment as the last failure that is allowed is not kept back.
 */
export function createFailedLogins(
  options: Omit<RateOptions, 'kind' | 'isOneByOne'>,
): FailedLogins {
  const blocked = new LRUCache<string, true>({ max: maxBlocked });
  const rate = createRate({
    ...options,
    kind: 'logins',
    isOneByOne: true,
    // Nobody is refused here: who fails has failed. The next check refuses.
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
