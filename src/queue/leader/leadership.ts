import { setTimeout as delay } from 'node:timers/promises';
import { readLease } from '../../db/leases.ts';
import type { Database } from '../../db/tables.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import { withTimeout } from '../../platform/timeout.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { claimLease, leaderLease, timingOf } from './claim.ts';
import type { Claim, LeaderSession } from './claim.ts';

/** Pause after a fault of the database, before the next look at the lease. */
const retryMs = 500;
/** Time for what the leader does to end; what takes longer goes on ending while another process leads. */
const handoverMs = 1_000;

/** Lets one process of several do what need be done once. */
export interface Leadership extends AsyncDisposable {
  /** Whether this process leads now; false as soon as another one may. */
  isLeading: () => boolean;
}

export interface LeadershipOptions {
  db: Database;
  /** Null: there are no other processes. */
  openSession: (() => Promise<LeaderSession>) | null;
  /** What this process is called. */
  holder: string;
  logger: Logger;
  events: EngineEmitter;
  /** Begins what only the leader does, which asks `isLeading` before each piece of work, and ends when it is disposed. */
  lead: (isLeading: () => boolean) => Promise<AsyncDisposable>;
}

/**
 * Leads, or stands by and looks whether the lease is free, until disposed. Resolves when the first look is over. The lease only
 * saves work: row guards decide, so that two leaders at a time do no harm.
 */
export async function startLeadership(options: LeadershipOptions): Promise<Leadership> {
  const { openSession } = options;
  return openSession === null ? leadAlone(options) : compete({ ...options, openSession });
}

async function leadAlone({ events, lead }: LeadershipOptions): Promise<Leadership> {
  const isLeading = () => true;
  const parts = await lead(isLeading);
  events.emit('leadershipChanged', { isLeading: true });
  return { isLeading, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
}

type CompeteOptions = LeadershipOptions & {
  openSession: NonNullable<LeadershipOptions['openSession']>;
};

async function compete(options: CompeteOptions): Promise<Leadership> {
  const { db, openSession, holder, logger, events, lead } = options;
  const faults = createFaultLog({ logger, message: 'leader not known' });
  const stop = new AbortController();
  const looked = Promise.withResolvers<void>();
  const handovers = new Set<Promise<void>>();
  let claim: Claim | undefined;
  let knownLeader: string | undefined;

  /** Returns when this process does not lead, or no more; with the time until the next look. */
  async function look(): Promise<number> {
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
      () => looked.resolve(),
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
      .then((parts) => parts[Symbol.asyncDispose]())
      .catch(() => undefined) // it has not begun, which is reported
      .finally(() => handovers.delete(ended));
    handovers.add(ended);
    await withTimeout(ended, handoverMs).catch(() => undefined); // it is waited for in the end
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let pauseMs = retryMs;
      try {
        pauseMs = await look();
        faults.clear();
      } catch (error) {
        faults.report(error);
      }
      looked.resolve();
      await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const running = run();
  await looked.promise;
  return {
    isLeading: () => claim?.isValid() ?? false,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await Promise.all(handovers);
    },
  };
}
