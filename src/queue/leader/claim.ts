import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresPool } from 'kysely';
import { createDatabase } from '../../db/database.ts';
import { lockTerm, releaseLease, renewLease, takeLease } from '../../db/leases.ts';
import type { LeaseState } from '../../db/leases.ts';
import type { Database } from '../../db/tables.ts';
import { withTimeout } from '../../platform/timeout.ts';

/** The name of the leader's lease, which is for all queues together. */
export const leaderLease = 'leader';

/** How long a lease lasts, how often the leader renews it, and how often other processes check it. */
interface LeaseTiming {
  leaseMs: number;
  renewMs: number;
  pollMs: number;
}

/**
 * On a session of its own, a leader has an advisory lock that ends with its connection and its process. The lease is for the
 * case that its process hangs, or that its host disappears without closing the connection.
 */
const ownSession: LeaseTiming = { leaseMs: 5_000, renewMs: 2_000, pollMs: 750 };
/** A pooler shares sessions among clients, so there is no lock: only the lease shows that the leader is alive. */
const pooledSession: LeaseTiming = { leaseMs: 1_200, renewMs: 400, pollMs: 400 };

export function timingOf({ isBySession }: Pick<LeaseState, 'isBySession'>): LeaseTiming {
  return isBySession ? ownSession : pooledSession;
}

/** One connection to the database, which is not reopened after it is lost. */
export interface LeaderSession {
  /** A pool of only this connection; the caller ends it. */
  pool: PostgresPool;
  /** Whether there is no pooler in between, so that locks of the session end with the connection. */
  isOwn: boolean;
  /** Is aborted when the connection ends. */
  ended: AbortSignal;
}

/** The right to lead for one term. */
export interface Claim extends AsyncDisposable {
  term: number;
  /** Whether no other process can lead yet, by the monotonic clock of this process; needs no query. */
  isValid: () => boolean;
  /** Renews the lease until it is lost, or releases it at the signal; returns why it ended. */
  keep: (signal: AbortSignal) => Promise<string>;
}

/** Takes a free lease, on a connection of its own; undefined if another process has taken it first. */
export async function claimLease(
  openSession: () => Promise<LeaderSession>,
  holder: string,
  found: LeaseState,
): Promise<Claim | undefined> {
  const session = await openSession();
  await using opened = new AsyncDisposableStack();
  const db = opened.use(createDatabase(session.pool));
  const { isOwn: isBySession } = session;
  const lease = { name: leaderLease, term: found.term + 1 };
  const timing = timingOf({ isBySession });
  const claimedAt = performance.now();
  if (isBySession && !(await lockTerm(db, lease.term))) return undefined;
  if (!(await takeLease(db, { ...lease, holder, isBySession, forMs: timing.leaseMs }))) {
    return undefined;
  }
  const kept = opened.move();
  const claim = createClaim(db, session.ended, lease, timing, claimedAt);
  return { ...claim, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function createClaim(
  db: Database,
  ended: AbortSignal,
  lease: { name: string; term: number },
  { leaseMs, renewMs }: LeaseTiming,
  claimedAt: number,
): Omit<Claim, keyof AsyncDisposable> {
  // The database counts from when a renewal arrives, this process from when it was sent: it is the first to stop.
  let validUntil = claimedAt + leaseMs;
  const isValid = () => !ended.aborted && performance.now() < validUntil;

  /** A renewal that fails is tried again as long as the lease lasts. */
  async function renew(): Promise<'renewed' | 'taken' | Error> {
    const sentAt = performance.now();
    try {
      const renewing = renewLease(db, { ...lease, forMs: leaseMs });
      if (!(await withTimeout(renewing, validUntil - sentAt))) return 'taken';
      validUntil = sentAt + leaseMs;
      return 'renewed';
    } catch (error) {
      return error as Error;
    }
  }

  async function release(): Promise<string> {
    validUntil = -Infinity;
    try {
      await releaseLease(db, lease);
      return 'it ends';
    } catch (error) {
      return `it ends, and the lease was not given back: ${(error as Error).message}`;
    }
  }

  async function keep(signal: AbortSignal): Promise<string> {
    const wakeUp = AbortSignal.any([signal, ended]);
    let failure = 'it stood still';
    for (;;) {
      const pauseMs = Math.min(renewMs, Math.max(0, validUntil - performance.now()));
      await delay(pauseMs, undefined, { signal: wakeUp }).catch(() => undefined);
      if (ended.aborted) return 'its connection to the database has ended';
      if (signal.aborted) return release();
      if (!isValid()) return failure;
      const outcome = await renew();
      if (outcome === 'taken') {
        validUntil = -Infinity;
        return 'another process leads';
      }
      if (outcome instanceof Error) failure = `its lease was not renewed: ${outcome.message}`;
    }
  }

  return { term: lease.term, isValid, keep };
}
