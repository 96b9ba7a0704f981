import { setTimeout as delay } from 'node:timers/promises';
import { readLease } from '../../db/leases.ts';
import type { Database } from '../../db/tables.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import { withTimeout } from '../../platform/timeout.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { claimLease, leaderLease, timingOf } from './claim.ts';
import type { Claim, LeaderSession } from './claim.ts';

/** Pause after a database error, before the lease is checked again. */
const retryMs = 500;
/** Time for the leader's tasks to end; if they take longer, they continue to end while another process leads. */
const handoverMs = 1_000;

/** Elects one of several processes as the leader, for work that only one process should do. */
export interface Leadership extends AsyncDisposable {
  /** Whether this process leads now; false as soon as another one may. */
  isLeading: () => boolean;
}

export interface LeadershipOptions {
  db: Database;
  /** Null if there are no other processes. */
  openSession: (() => Promise<LeaderSession>) | null;
  /** The name of this process. */
  holder: string;
  logger: Logger;
  events: EngineEmitter;
  /** Starts the leader's tasks, which check `isLeading` before each piece of work, and end when disposed. */
  lead: (isLeading: () => boolean) => Promise<AsyncDisposable>;
}

/**
 * Leads, or stands by and polls whether the lease is free, until disposed. Resolves after the first attempt to lead. The lease
 * only saves work: conditions on rows keep two leaders at a time from doing harm.
 */
export async function startLeadership(options: LeadershipOptions): Promise<Leadership> {
  const { openSession } = options;
  return openSession === null ? leadAlone(options) : compete({ ...options, openSession });
}

async function leadAlone({ events, lead }: LeadershipOptions): Promise<Leadership> {
  const isLeading = () => true;
  const tasks = await lead(isLeading);
  events.emit('leadershipChanged', { isLeading: true });
  return { isLeading, [Symbol.asyncDispose]: () => tasks[Symbol.asyncDispose]() };
}

type CompeteOptions = LeadershipOptions & {
  openSession: NonNullable<LeadershipOptions['openSession']>;
};

async function compete(options: CompeteOptions): Promise<Leadership> {
  const { db, openSession, holder, logger, events, lead } = options;
  const faults = createFaultLog({ logger, message: 'leader not known' });
  const stop = new AbortController();
  const firstAttempt = Promise.withResolvers<void>();
  const handovers = new Set<Promise<void>>();
  let claim: Claim | undefined;
  let knownLeader: string | undefined;

  /** Leads if the lease is free, and returns when that is over; returns the pause before the next attempt, in ms. */
  async function tryToLead(): Promise<number> {
    const found = await readLease(db, leaderLease);
    if (!found.isFree) {
      if (found.holder !== knownLeader) logger.info({ leader: found.holder }, 'standing by');
      knownLeader = found.holder;
      return timingOf(found).pollMs;
    }
    await using claimed = await claimLease(openSession, holder, found);
    if (!claimed) return timingOf(found).pollMs;
    knownLeader = holder;
    logger.info({ term: claimed.term, before: found.holder }, 'leading');
    claim = claimed;
    await leadFor(claimed);
    return 0;
  }

  async function leadFor({ term, isValid, keep }: Claim): Promise<void> {
    events.emit('leadershipChanged', { isLeading: true });
    const failed = new AbortController();
    const kept = keep(AbortSignal.any([stop.signal, failed.signal]));
    const leading = lead(isValid);
    leading.then(
      () => firstAttempt.resolve(),
      () => failed.abort(),
    );
    const reason = await kept;
    events.emit('leadershipChanged', { isLeading: false });
    logger[stop.signal.aborted ? 'info' : 'warn']({ term, reason }, 'leading no more');
    await handOver(leading);
    if (failed.signal.aborted) await leading;
  }

  async function handOver(leading: Promise<AsyncDisposable>): Promise<void> {
    const ended = leading
      .then((tasks) => tasks[Symbol.asyncDispose]())
      .catch(() => undefined) // it failed to start, which is reported
      .finally(() => handovers.delete(ended));
    handovers.add(ended);
    await withTimeout(ended, handoverMs).catch(() => undefined); // disposal waits for it
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let pauseMs = retryMs;
      try {
        pauseMs = await tryToLead();
        faults.clear();
      } catch (error) {
        faults.report(error);
      }
      firstAttempt.resolve();
      await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const running = run();
  await firstAttempt.promise;
  return {
    isLeading: () => claim?.isValid() ?? false,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await Promise.all(handovers);
    },
  };
}
