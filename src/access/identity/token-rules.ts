import { errors } from 'jose';
import { UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';

/** Clocks may differ by this much: a token holds until so long after its `exp`, for who asks anew and for streams. */
export const clockToleranceSeconds = 5;

/** A token that is longer is not looked at. */
export const maxTokenLength = 8_192;

/** The last moment that a Date can hold, in ms. */
const endOfTime = 8.64e15;

/** When the right of a token ends, in ms since 1970. */
export function toExpiresAt(exp: number): number {
  return Math.min((exp + clockToleranceSeconds) * 1_000, endOfTime);
}

/** One answer for whatever is wrong, so that nobody learns from it; only who had a right token is told that it is over. */
export function toRefusal(error: unknown, logger: Logger): UnauthenticatedError {
  if (error instanceof errors.JWTExpired) {
    return new UnauthenticatedError('The token has expired. Get a new one.', 'TOKEN_EXPIRED');
  }
  const { code, claim } = error as { code?: unknown; claim?: unknown };
  logger.debug({ code, claim }, 'token refused');
  return new UnauthenticatedError('The token is not valid.');
}
