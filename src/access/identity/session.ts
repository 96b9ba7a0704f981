import { UnauthenticatedError } from '../../errors.ts';
import type { Viewer } from '../../db/viewer.ts';

/** An authenticated client: who it is, and until when. */
export interface Session {
  viewer: Viewer;
  /** When it ends, in ms since 1970; undefined: never. */
  expiresAt: number | undefined;
  /** The API key that it comes from, which may be revoked. */
  keyId: string | undefined;
  /** How often the job's tickets had been revoked when this one was created; absent for what is no ticket. */
  ticketGeneration?: number | undefined;
  /** How many shares of a queue its token gives the owner; absent: 1. */
  weight?: number | undefined;
}

/** Whether it has ended. */
export function isExpired({ expiresAt = Infinity }: Session): boolean {
  return expiresAt <= Date.now();
}

export function sessionExpired(): UnauthenticatedError {
  return new UnauthenticatedError('Your access has ended. Sign in again.', 'TOKEN_EXPIRED');
}

/** The only user of an installation without accounts: owner of everything, and operator. */
export const localSession: Session = {
  viewer: { role: 'operator', owner: 'local' },
  expiresAt: undefined,
  keyId: undefined,
};
