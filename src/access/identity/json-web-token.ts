import { createHash, createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { ownerWeight, ownerWeightRule } from '../../config/owner-weight.ts';
import type { JwtConfig } from '../../config/jwt.ts';
import { isStorable } from '../../platform/text.ts';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { createKeySet } from './key-set.ts';
import {
  clockToleranceSeconds,
  maxTokenLength,
  toExpiresAt,
  toUnauthenticatedError,
} from './token-rules.ts';
import type { Session } from './session.ts';

const maxOwnerLength = 200;
/** Tokens that are not verified again, and for how long. */
const maxRemembered = 5_000;
const rememberedMs = 60_000;

export interface JwtVerifierOptions {
  config: JwtConfig;
  logger: Logger;
  /** In ms since 1970. */
  now: () => number;
}

/**
 * Returns the session of a JSON Web Token that meets the configuration. Throws UnauthenticatedError, or
 * AuthenticationUnavailableError when the issuer's keys cannot be fetched.
 */
export function createJwtVerifier(
  options: JwtVerifierOptions,
): (token: string) => Promise<Session> {
  const { logger, now } = options;
  const verify = createVerify(options);
  const remembered = new LRUCache<string, Session>({
    max: maxRemembered,
    ttl: rememberedMs,
    ttlResolution: 0,
    perf: { now },
  });

  return async (token) => {
    if (token.length > maxTokenLength) throw new UnauthenticatedError('The token is not valid.');
    const key = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    try {
      const session = toSession(await verify(token), options.config);
      const leftMs = (session.expiresAt ?? Infinity) - now();
      remembered.set(key, session, { ttl: Math.max(1, Math.min(rememberedMs, leftMs)) });
      return session;
    } catch (error) {
      if (error instanceof AuthenticationUnavailableError) throw error;
      throw toUnauthenticatedError(error, logger);
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

/** Only the configuration decides: what a token says about its key (a type, an address, the key itself) is ignored. */
function createFindKey(source: JwtConfig['source'], logger: Logger): JWTVerifyGetKey {
  if (source.kind === 'jwks') return createKeySet(source.url, logger);
  const key =
    source.kind === 'secret'
      ? new TextEncoder().encode(source.secret)
      : createPublicKey(source.pem);
  return async () => key;
}

function toSession(claims: JWTPayload, { rolesClaim, weightClaim }: JwtConfig): Session {
  const { sub: owner, exp } = claims;
  if (!isOwner(owner)) throw Object.assign(new Error('No owner'), { claim: 'sub' });
  const role = readRole(claims, rolesClaim);
  const weight = weightClaim === null ? undefined : readWeight(claims, weightClaim);
  return { viewer: { role, owner }, expiresAt: toExpiresAt(exp!), keyId: undefined, weight };
}

/** `operator` if the claim, a list or words between spaces, contains it; else `user`. */
function readRole(claims: object, claim: string): 'user' | 'operator' {
  const value = findClaim(claims, claim);
  const roles = typeof value === 'string' ? value.split(/\s+/) : value;
  return Array.isArray(roles) && roles.includes('operator') ? 'operator' : 'user';
}

/** Undefined without the claim. Whoever signs tokens is told what is wrong with it, as nobody else can have written it. */
function readWeight(claims: object, claim: string): number | undefined {
  const value = findClaim(claims, claim);
  if (value === undefined) return undefined;
  const { success, data } = ownerWeight.safeParse(value);
  if (success) return data;
  throw new UnauthenticatedError(`The token's claim "${claim}" must be ${ownerWeightRule}.`);
}

/** Dots in a claim's name are steps, unless a claim has exactly that name, as one that is a URL does. */
function findClaim(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return get(claims, name);
  return name.split('.').reduce<unknown>(get, claims);
}

/** Only own properties: `constructor` is no claim. */
function get(from: unknown, key: string): unknown {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined;
  return (from as Record<string, unknown>)[key];
}

/** Whether it can own jobs. */
export function isOwner(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  return value.length <= maxOwnerLength && isStorable(value);
}
