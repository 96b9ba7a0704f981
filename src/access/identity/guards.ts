import { listInvalidKeys } from './api-keys.ts';
import { listTicketGenerations } from './ticket-generations.ts';
import type { Database } from '../../db/tables.ts';
import { UnauthenticatedError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { startLoop } from '../../platform/loop.ts';
import { isExpired, sessionExpired } from './session.ts';
import type { Session } from './session.ts';

/** How long a stream may outlive the end of its session, and the revocation of its key. */
const expiryCheckMs = 500;
const defaultRevocationCheckMs = 4_000;

/** Ends streams and waiting polls when their session expires, or their key or ticket is revoked. */
export interface Guards extends AsyncDisposable {
  /** Calls back once when the session ends or is revoked, until the returned function is called. */
  guard: (session: Session, end: (reason: UnauthenticatedError) => void) => () => void;
}

export interface GuardsOptions {
  db: Database;
  logger: Logger;
  revocationCheckMs?: number;
}

export function startGuards(options: GuardsOptions): Guards {
  const { db, logger, revocationCheckMs = defaultRevocationCheckMs } = options;
  const guarded = new Map<Session, Set<(reason: UnauthenticatedError) => void>>();

  function end(session: Session, reason: UnauthenticatedError): void {
    const ends = guarded.get(session) ?? [];
    guarded.delete(session);
    for (const callback of ends) callback(reason);
  }

  async function endExpired(): Promise<void> {
    for (const session of guarded.keys()) {
      if (isExpired(session)) end(session, sessionExpired());
    }
  }

  async function endRevoked(): Promise<void> {
    await Promise.all([endOfRevokedKeys(), endRevokedTickets()]);
  }

  async function endRevokedTickets(): Promise<void> {
    const tickets = [...guarded.keys()].flatMap((session) =>
      session.viewer.role === 'ticket' ? [{ session, jobId: session.viewer.jobId }] : [],
    );
    if (tickets.length === 0) return;
    const jobIds = [...new Set(tickets.map(({ jobId }) => jobId))];
    const generations = await listTicketGenerations(db, jobIds);
    for (const { session, jobId } of tickets) {
      if ((session.ticketGeneration ?? 0) < (generations.get(jobId) ?? 0)) end(session, revoked());
    }
  }

  async function endOfRevokedKeys(): Promise<void> {
    const keyIds = new Set([...guarded.keys()].flatMap(({ keyId }) => keyId ?? []));
    if (keyIds.size === 0) return;
    const lapsed = new Set(await listInvalidKeys(db, [...keyIds]));
    for (const session of guarded.keys()) {
      if (session.keyId !== undefined && lapsed.has(session.keyId)) end(session, revoked());
    }
  }

  const loops = [
    startLoop({ name: 'expired sessions', run: endExpired, intervalMs: expiryCheckMs, logger }),
    startLoop({ name: 'revoked access', run: endRevoked, intervalMs: revocationCheckMs, logger }),
  ];
  return {
    guard: (session, callback) => {
      // Such a session never ends.
      if (session.expiresAt === undefined && session.keyId === undefined) return neverEnds;
      const ends = guarded.get(session) ?? new Set();
      guarded.set(session, ends.add(callback));
      return () => {
        ends.delete(callback);
        if (ends.size === 0 && guarded.get(session) === ends) guarded.delete(session);
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
    },
  };
}

const neverEnds = (): void => undefined;

function revoked(): UnauthenticatedError {
  return new UnauthenticatedError('Your access has been revoked. Sign in again.', 'ACCESS_REVOKED');
}
