import { setTimeout as delay } from 'node:timers/promises';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { createBatcher } from '../platform/batcher.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';
import { RecentMap } from '../platform/recent-map.ts';
import type { Enqueuer } from './enqueuer.ts';
import { listHandedOver, returnTurns, takeTurns } from './turns.ts';
import type { TurnOptions } from './turns.ts';
import { toEntryId } from './transport.ts';

/** Maximum number of entries that a process remembers to have enqueued; others are enqueued again, which has no effect. */
const maxConfirmed = 10_000;
/**
 * While the queue is full, new jobs ask for a turn together, this long after others have asked in vain. What makes room in the
 * queue asks at once.
 */
const defaultFullQueuePauseMs = 25;

/**
 * Hands the jobs of one type over to their queue, from the rows, when it is their turn. Disposal waits for what has begun; new
 * jobs that have not asked yet are left to other processes.
 */
export interface Handover extends AsyncDisposable {
  /** Enqueues the jobs whose turn it is, as many as the queue has room for. Errors are logged, and the next call tries again. */
  dispatch: () => Promise<void>;
  /** The same, as there are new jobs: shortly after, if there was no room for those before them. */
  dispatchNew: () => Promise<void>;
  /** Enqueues jobs again whose turn a process has taken, but which it may not have enqueued. */
  resume: () => Promise<void>;
}

export interface HandoverOptions extends Enqueuer {
  db: Database;
  /** Moves an entry that the queue has to the place that its priority gives it. */
  reprioritize: (job: JobRow) => Promise<void>;
  turns: TurnOptions;
  logger: Logger;
  fullQueuePauseMs?: number;
}

export function createHandover(options: HandoverOptions): Handover {
  const { db, enqueue, enqueueAgain, reprioritize, turns, logger } = options;
  const { fullQueuePauseMs = defaultFullQueuePauseMs } = options;
  const { type } = turns;
  const faults = createFaultLog({ logger, message: 'turns not taken' });
  const confirmed = new RecentMap<true>(maxConfirmed);

  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  /** When new jobs last asked in vain. */
  let fullAt = -Infinity;

  /** Returns whether there was a job to take. */
  async function takeAndEnqueue(): Promise<boolean> {
    try {
      const jobs = await takeTurns(db, turns);
      const refused = await enqueueAll(jobs, enqueue);
      if (refused.length > 0) await returnTurns(db, refused);
      // The queue may already have these jobs at their earlier priority.
      await Promise.all(jobs.filter(({ liftedAt }) => liftedAt).map(reprioritize));
      faults.clear();
      return jobs.length > 0;
    } catch (error) {
      faults.report(error, { type });
      return true;
    }
  }

  /** Returns the jobs that the queue did not accept. */
  async function enqueueAll(
    jobs: readonly JobRow[],
    enqueueOne: Enqueuer['enqueue'],
  ): Promise<JobRow[]> {
    const taken = await Promise.all(jobs.map(enqueueOne));
    for (const [index, job] of jobs.entries()) {
      if (taken[index]) confirmed.set(toEntryId(job), true);
    }
    return jobs.filter((_job, index) => !taken[index]);
  }

  async function resume(): Promise<void> {
    const jobs = await listHandedOver(db, type);
    const unconfirmed = jobs.filter((job) => !confirmed.get(toEntryId(job)));
    await enqueueAll(unconfirmed, enqueueAgain);
  }

  // However many calls there are, one statement runs, and one follows it.
  const take = createBatcher(async (calls: { isNew: boolean }[]) => {
    const hasTaken = await takeAndEnqueue();
    if (!hasTaken && calls.some(({ isNew }) => isNew)) fullAt = performance.now();
    return calls;
  });

  async function takeNew(): Promise<void> {
    const pauseMs = fullAt + fullQueuePauseMs - performance.now();
    if (pauseMs > 0)
      await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    if (!stop.signal.aborted) await take({ isNew: true });
  }

  async function track(work: Promise<unknown>): Promise<void> {
    const ended = work.then(() => undefined);
    running.add(ended);
    await ended.finally(() => running.delete(ended));
  }

  return {
    dispatch: () => track(take({ isNew: false })),
    dispatchNew: () => track(takeNew()),
    resume,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
