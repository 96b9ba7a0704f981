import type { AuthConfig } from '../../config/auth.ts';
import type { Clock } from '../../db/clock.ts';
import { getSigningSecret } from './signing-secrets.ts';
import type { Database } from '../../db/tables.ts';
import { ForbiddenError, UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { onceAsync } from '../../platform/once.ts';
import { isApiKey } from './api-keys.ts';
import { createJwtVerifier } from './json-web-token.ts';
import { createKeyReader } from './key-reader.ts';
import type { KeyReader } from './key-reader.ts';
import { localSession } from './session.ts';
import type { Session } from './session.ts';
import {
  createGenerationReader,
  listTicketGenerations,
  revokeTickets,
} from './ticket-generations.ts';
import { createTicketSigner, isTicket } from './ticket.ts';

/** The credentials of a client; undefined and empty are the same. */
export interface Credentials {
  /** A JSON Web Token, an API key or a ticket. */
  token: string | undefined;
  /** A ticket from a URL, for clients that cannot send headers. */
  ticket: string | undefined;
}

export interface Authenticator {
  /**
   * Identifies a client. If it sends a token and a ticket, the token decides, and must be valid. Throws
   * UnauthenticatedError, AuthenticationUnavailableError, or what the database throws while it is unavailable.
   */
  authenticate: (credentials: Credentials) => Promise<Session>;
  /** Creates a ticket for a job that the session may see. Throws ForbiddenError if the session comes from a ticket itself. */
  issueTicket: (
    session: Session,
    job: { id: string; owner: string },
    expiresInSeconds: number,
  ) => Promise<{ ticket: string; expiresAt: Date }>;
  /** Makes all tickets of a job invalid that have been created; throws ForbiddenError for the holder of a ticket. */
  revokeTickets: (session: Session, jobId: string) => Promise<void>;
}

export interface AuthenticatorOptions {
  db: Database;
  config: AuthConfig;
  logger: Logger;
  /** In ms since 1970. Tokens and sessions expire by it; a test may replace it. */
  now?: () => number;
  /** API keys expire by it: the database's clock. */
  clock?: Clock;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { db, config, logger, now = Date.now, clock = { now } } = options;
  const keys = createKeyReader({ db, logger, now });
  const openSigner = onceAsync(async () => {
    const secret = await getSigningSecret(db, 'ticket');
    return createTicketSigner({ secret, logger, now });
  });
  const verifyOther = createVerifyOther(config, { logger, now });
  const findGeneration = createGenerationReader(db, now);

  async function verifyTicket(ticket: string): Promise<Session> {
    const signer = await openSigner();
    const session = await signer.verify(ticket);
    if (session.keyId !== undefined && !(await keys.isValid(session.keyId))) throw revoked();
    const { viewer, ticketGeneration = 0 } = session;
    if (viewer.role === 'ticket' && ticketGeneration < (await findGeneration(viewer.jobId))) {
      throw revoked();
    }
    return session;
  }

  /** Undefined if the token is to be ignored. */
  async function verifyToken(token: string): Promise<Session | undefined> {
    if (isTicket(token)) return verifyTicket(token);
    if (!isApiKey(token)) return verifyOther(token);
    const findSession = verifyApiKey(keys, token, now(), clock.now() - now());
    if (config.mode !== 'none') return findSession;
    return findSession.catch(ignoreRefusal);
  }

  return {
    authenticate: async ({ token, ticket }) => {
      const session = token ? await verifyToken(token) : undefined;
      if (session !== undefined) return session;
      if (ticket) return verifyTicket(ticket);
      if (config.mode === 'none') return localSession;
      throw new UnauthenticatedError(
        'Authentication required: send "Authorization: Bearer <token>".',
      );
    },
    issueTicket: async ({ viewer, keyId }, { id: jobId, owner }, expiresInSeconds) => {
      // Else a holder could renew the access forever.
      if (viewer.role === 'ticket') throw new ForbiddenError('A ticket cannot create tickets.');
      const expiresAt = new Date((Math.floor(now() / 1_000) + expiresInSeconds) * 1_000);
      const signer = await openSigner();
      const generation = (await listTicketGenerations(db, [jobId])).get(jobId) ?? 0;
      const ticket = { jobId, owner, maker: viewer.owner, keyId, generation, expiresAt };
      return { ticket: await signer.sign(ticket), expiresAt };
    },
    revokeTickets: async ({ viewer }, jobId) => {
      if (viewer.role === 'ticket') throw new ForbiddenError('A ticket cannot revoke tickets.');
      await revokeTickets(db, jobId);
    },
  };
}

/** Verifies tokens that are neither keys nor tickets. Without accounts they are ignored: they may be meant for a proxy. */
function createVerifyOther(
  config: AuthConfig,
  context: { logger: Logger; now: () => number },
): (token: string) => Promise<Session | undefined> {
  switch (config.mode) {
    case 'none':
      return async () => undefined;
    case 'keys':
      return async () => {
        throw new UnauthenticatedError('The token is not valid.');
      };
    case 'jwt':
      return createJwtVerifier({ config: config.jwt, ...context });
  }
}

/** `aheadMs`: how far the clock that keys expire by is ahead of the one that sessions expire by. */
async function verifyApiKey(
  keys: KeyReader,
  token: string,
  at: number,
  aheadMs: number,
): Promise<Session> {
  const key = await keys.find(token);
  if (key === undefined) throw new UnauthenticatedError('The token is not valid.');
  if (key.revokedAt !== null) throw revoked();
  const expiresAt = key.expiresAt ? key.expiresAt.getTime() - aheadMs : undefined;
  if (expiresAt !== undefined && expiresAt <= at) {
    throw new UnauthenticatedError('The API key has expired. Get a new one.', 'TOKEN_EXPIRED');
  }
  keys.markUsed(key.id);
  return { viewer: { role: key.role, owner: key.owner }, expiresAt, keyId: key.id };
}

function revoked(): UnauthenticatedError {
  return new UnauthenticatedError('The API key has been revoked. Get a new one.', 'ACCESS_REVOKED');
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof UnauthenticatedError)) throw error;
}
