import {
  createApiKeyToken,
  hashApiKey,
  insertApiKey,
} from '../../../src/access/identity/api-keys.ts';
import { createAuthenticator } from '../../../src/access/identity/authenticator.ts';
import type { AuthConfig } from '../../../src/config/auth.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { audience, issuer, secret } from './tokens.ts';
import { useTestStack } from '../app/open-stack.ts';
import type { StackKind } from '../app/app.ts';

export const jwtConfig: AuthConfig = {
  mode: 'jwt',
  jwt: {
    source: { kind: 'secret', secret },
    issuer,
    audience,
    algorithms: ['HS256'],
    rolesClaim: 'roles',
    weightClaim: null,
  },
};

/** What an authenticator throws. */
export const notHolding = { name: 'UnauthenticatedError', code: 'UNAUTHENTICATED' };
export const revoked = { name: 'UnauthenticatedError', code: 'ACCESS_REVOKED' };
export const expired = { name: 'UnauthenticatedError', code: 'TOKEN_EXPIRED' };

/** A database with API keys, and processes that authenticate by it, for the tests of a `describe`. */
export function useAuthenticators(kind: StackKind) {
  const stack = useTestStack(kind);
  let aheadMs = 0;

  /** As another process does. */
  function open(config: AuthConfig) {
    const logger = createLogger('silent', false);
    const now = () => Date.now() + aheadMs;
    const { authenticate, issueTicket } = createAuthenticator({
      db: stack.db,
      config,
      logger,
      now,
    });
    return {
      issueTicket,
      byToken: (token: string, ticket?: string) => authenticate({ token, ticket }),
      byTicket: (ticket: string) => authenticate({ token: undefined, ticket }),
      byNothing: () => authenticate({ token: undefined, ticket: undefined }),
    };
  }

  async function createKey(expiresAt: Date | null = null, role: 'user' | 'operator' = 'user') {
    const token = createApiKeyToken();
    const key = { owner: 'ann', role, name: null, secretHash: hashApiKey(token), expiresAt };
    return { token, ...(await insertApiKey(stack.db, key)) };
  }

  return {
    get db() {
      return stack.db;
    },
    open,
    /** A key of ann's, with the token that she is given. */
    createKey,
    /** Sets how far the clock of the authenticators is ahead. */
    setAhead: (ms: number) => {
      aheadMs = ms;
    },
  };
}
