import type { IncomingMessage } from 'node:http';
import type { Authenticator, Credentials } from '../../access/identity/authenticator.ts';
import type { Guards } from '../../access/identity/guards.ts';
import type { Session } from '../../access/identity/session.ts';
import { UnauthenticatedError } from '../../errors.ts';
import type { Connection } from '../../access/limits/connections.ts';
import type { Limits } from '../../access/limits/limits.ts';
import type { ReadAddress } from './client-address.ts';

/** Who gets in, the same over every transport. */
export interface Admission {
  /** Finds out who is asking; throws what to tell them when that cannot be. */
  admit: (request: IncomingMessage, credentials: Credentials) => Promise<Session>;
  /** Takes the place of a connection that stays open, be it known or not whose it is; throws RateLimitedError. */
  connect: (request: IncomingMessage) => Connection;
  /** Ends what goes on when the right to it ends. */
  guard: Guards['guard'];
}

export interface AdmissionOptions {
  authenticate: Authenticator['authenticate'];
  guards: Guards;
  limits: Limits;
  readAddress: ReadAddress;
}

/** Whoever keeps trying credentials from one address is not heard for a while. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { authenticate, guards, limits, readAddress } = options;

  async function admit(request: IncomingMessage, credentials: Credentials): Promise<Session> {
    const isTrying = credentials.token !== undefined || credentials.ticket !== undefined;
    if (!isTrying) return authenticate(credentials);
    const address = readAddress(request);
    limits.failedLogins.check(address);
    try {
      return await authenticate(credentials);
    } catch (error) {
      // What held once is no guess.
      const isGuess = error instanceof UnauthenticatedError && error.code === 'UNAUTHENTICATED';
      if (isGuess) await limits.failedLogins.record(address);
      throw error;
    }
  }

  return {
    admit,
    connect: (request) => limits.connect(readAddress(request)),
    guard: guards.guard,
  };
}
