import { errors } from 'jose';
import { UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';

/** How far clocks may differ: a token is valid for this long after its `exp`, for new requests and for open streams. */
export const clockToleranceSeconds = 5;

/** Longer tokens are rejected unread. */
export const maxTokenLength = 8_192;

/** The last moment that a Date can hold, in ms. */
const endOfTime = 8.64e15;

/** When a token expires, tolerance included, in ms since 1970. */
export function toExpiresAt(exp: number): number {
  return Math.min((exp + clockToleranceSeconds) * 1_000, endOfTime);
}

/**
 * One message for every fault, so that attackers learn nothing. Only of a token that is signed as it should be is said that it
 * has expired, or which claim is wrong.
 */
export function toUnauthenticatedError(error: unknown, logger: Logger): UnauthenticatedError {
  if (error instanceof errors.JWTExpired) {
    return new UnauthenticatedError('The token has expired. Get a new one.', 'TOKEN_EXPIRED');
  }
  if (error instanceof UnauthenticatedError) return error;
  const { code, claim } = error as { code?: unknown; claim?: unknown };
  logger.debug({ code, claim }, 'token rejected');
  return new UnauthenticatedError('The token is not valid.');
}
