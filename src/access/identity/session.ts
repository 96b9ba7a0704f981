import { UnauthenticatedError } from '../../errors.ts';
import type { Viewer } from '../../db/viewer.ts';

/** What came of a client's credentials: who it is, and how long that holds. */
export interface Session {
  viewer: Viewer;
  /** When it ends, in ms since 1970; undefined: never. */
  expiresAt: number | undefined;
  /** The API key behind it, which may be revoked. */
  keyId: string | undefined;
}

/** Whether it has ended. */
export function isExpired({ expiresAt = Infinity }: Session): boolean {
  return expiresAt <= Date.now();
}

export function sessionExpired(): UnauthenticatedError {
  return new UnauthenticatedError('Your access has ended. Sign in again.', 'TOKEN_EXPIRED');
}

/** The one person of an installation that knows no accounts: what is there is theirs, and they run it. */
export const localSession: Session = {
  viewer: { role: 'operator', owner: 'local' },
  expiresAt: undefined,
  keyId: undefined,
};
