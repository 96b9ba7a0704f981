import type { IncomingMessage } from 'node:http';
import type { Authenticator, Credentials } from '../../access/identity/authenticator.ts';
import type { Guards } from '../../access/identity/guards.ts';
import type { Session } from '../../access/identity/session.ts';
import { UnauthenticatedError } from '../../errors.ts';
import type { Connection } from '../../access/limits/connections.ts';
import type { Limits } from '../../access/limits/limits.ts';
import type { ReadAddress } from './client-address.ts';

/** Authenticates requests and limits connections, the same over every transport. */
export interface AccessControl {
  /** Authenticates a request; throws an error that its client may see. */
  authenticate: (request: IncomingMessage, credentials: Credentials) => Promise<Session>;
  /** Counts a connection that stays open, before or after its viewer is known; throws RateLimitedError. */
  connect: (request: IncomingMessage) => Connection;
  /** Ends a subscription or a connection when its session ends. */
  guard: Guards['guard'];
}

export interface AccessControlOptions {
  authenticate: Authenticator['authenticate'];
  guards: Guards;
  limits: Limits;
  readAddress: ReadAddress;
}

/** After too many failed logins, an address is refused for a while. */
export function createAccessControl(options: AccessControlOptions): AccessControl {
  const { guards, limits, readAddress } = options;

  async function authenticate(
    request: IncomingMessage,
    credentials: Credentials,
  ): Promise<Session> {
    const hasCredentials = credentials.token !== undefined || credentials.ticket !== undefined;
    if (!hasCredentials) return options.authenticate(credentials);
    const address = readAddress(request);
    limits.failedLogins.check(address);
    try {
      return await options.authenticate(credentials);
    } catch (error) {
      // Credentials that were valid once, and have expired or been revoked, are not a guess.
      const isGuess = error instanceof UnauthenticatedError && error.code === 'UNAUTHENTICATED';
      if (isGuess) await limits.failedLogins.record(address);
      throw error;
    }
  }

  return {
    authenticate,
    connect: (request) => limits.connect(readAddress(request)),
    guard: guards.guard,
  };
}
