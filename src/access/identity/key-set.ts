import { createRemoteJWKSet, customFetch, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { AuthenticationUnavailableError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';

const timeoutMs = 5_000;
/** An unknown key causes the set to be fetched again, but at most this often. */
const cooldownMs = 5_000;
/** A key that was removed from the set is accepted for this long at most. */
const maxAgeMs = 600_000;
/** After a failure, no request is made for this long. */
const pauseMs = 1_000;

/**
 * Finds the key of a token in a set that is fetched on demand. Throws AuthenticationUnavailableError if the set cannot be
 * fetched, as the token may well be valid.
 */
export function createKeySet(url: string, logger: Logger): JWTVerifyGetKey {
  let pausesUntil = 0;

  async function fetchKeys(...[href, options]: Parameters<typeof fetch>): Promise<Response> {
    if (Date.now() < pausesUntil) throw new Error('The key set could not be fetched just now');
    try {
      const response = await fetch(href, options);
      if (response.status !== 200) throw new Error(`Status ${response.status}`);
      return response;
    } catch (error) {
      pausesUntil = Date.now() + pauseMs;
      logger.warn({ err: error }, 'key set could not be fetched');
      throw error;
    }
  }

  const findKey = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    [customFetch]: fetchKeys,
  });
  return async (header, token) => {
    try {
      return await findKey(header, token);
    } catch (error) {
      if (isTokenFault(error)) throw error;
      throw new AuthenticationUnavailableError({ cause: error });
    }
  };
}

function isTokenFault(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
  );
}
