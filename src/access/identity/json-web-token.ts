import { createHash, createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { JwtConfig } from '../../config/jwt.ts';
import { isStorable } from '../../platform/text.ts';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { createKeySet } from './key-set.ts';
import { clockToleranceSeconds, maxTokenLength, toExpiresAt, toRefusal } from './refuse.ts';
import { readRole } from './roles.ts';
import type { Session } from './session.ts';

const maxOwnerLength = 200;
/** Tokens that need not be verified again, and for how long. */
const maxRemembered = 5_000;
const rememberedMs = 60_000;

export interface JwtVerifierOptions {
  config: JwtConfig;
  logger: Logger;
  /** In ms since 1970. */
  now: () => number;
}

/**
 * Gives the session of a JSON Web Token that is all that the configuration asks for. Throws UnauthenticatedError, or
 * AuthenticationUnavailableError when the issuer's keys cannot be fetched.
 */
export function createJwtVerifier(
  options: JwtVerifierOptions,
): (token: string) => Promise<Session> {
  const { logger, now } = options;
  const verify = createVerify(options);
  const remembered = new LRUCache<string, { session: Session; until: number }>({
    max: maxRemembered,
  });

  return async (token) => {
    if (token.length > maxTokenLength) throw new UnauthenticatedError('The token is not valid.');
    const key = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(key);
    if (known !== undefined && now() < known.until) return known.session;
    try {
      const session = toSession(await verify(token), options.config);
      const until = Math.min(now() + rememberedMs, session.expiresAt ?? Infinity);
      remembered.set(key, { session, until });
      return session;
    } catch (error) {
      if (error instanceof AuthenticationUnavailableError) throw error;
      throw toRefusal(error, logger);
    }
  };
}

function createVerify({ config, logger, now }: JwtVerifierOptions) {
  const { issuer, audience, source } = config;
  const findKey = createFindKey(source, logger);
  return async (token: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, findKey, {
      issuer,
      audience,
      algorithms: [...config.algorithms],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now()),
    });
    return payload;
  };
}

/** By the configuration alone: what a token says of its key, be it a type, an address or the key itself, is not heard. */
function createFindKey(source: JwtConfig['source'], logger: Logger): JWTVerifyGetKey {
  if (source.kind === 'jwks') return createKeySet(source.url, logger);
  const key =
    source.kind === 'secret'
      ? new TextEncoder().encode(source.secret)
      : createPublicKey(source.pem);
  return async () => key;
}

function toSession(claims: JWTPayload, { rolesClaim }: JwtConfig): Session {
  const { sub: owner, exp } = claims;
  if (!isOwner(owner)) throw Object.assign(new Error('No owner'), { claim: 'sub' });
  const role = readRole(claims, rolesClaim);
  return { viewer: { role, owner }, expiresAt: toExpiresAt(exp!), keyId: undefined };
}

/** Whether it can own jobs. */
export function isOwner(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  return value.length <= maxOwnerLength && isStorable(value);
}
