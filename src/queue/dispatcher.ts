import { admitFollowers, sweepLimit } from '../jobs/rows/dispatch.ts';
import {
  cancelFollowers,
  expireJobs,
  listOverdue,
  releaseDelayed,
  releaseOverdue,
} from '../jobs/rows/due.ts';
import { hasWaitingJobs } from '../jobs/rows/waiting.ts';
import type { Database } from '../db/tables.ts';
import type { Logger } from '../platform/logger.ts';
import { startLoop } from '../platform/loop.ts';
import type { Publish } from '../pubsub/publish.ts';
import type { Queues } from './queues.ts';
import { listTypesToDispatch } from './turns.ts';

/** How often the rows are checked for due work. */
const sweepIntervalMs = 1_000;

export interface DispatcherOptions {
  db: Database;
  queues: Queues;
  logger: Logger;
  publish: Publish;
  /** If absent, it always may run. */
  mayRun?: (() => boolean) | undefined;
}

export interface Dispatcher extends AsyncDisposable {
  /** Sweeps now: a job has ended, and others may have waited for it. */
  wake: () => void;
}

/**
 * Does due work by the database's clock, until disposed: releases delayed jobs and followers, enqueues the jobs whose turn it
 * is, and ends jobs that have expired or wait for a job that failed. Any number may run: each turn is taken once, and each row
 * ends once.
 */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, queues, logger, publish, mayRun } = options;

  async function sweep(): Promise<void> {
    if (!(await hasWaitingJobs(db))) return;
    const ended = [...(await expireJobs(db)), ...(await cancelFollowers(db))];
    const released = await releaseDelayed(db);
    if (ended.length + released.length > 0) await publish([...ended, ...released]);
    for (const job of ended) await queues.withdraw(job);
    const admitted = await admitFollowers(db);
    const types = await listTypesToDispatch(db, queues.types);
    await Promise.all(types.map(queues.resumeDispatch));
    await promoteOverdue();
    if (released.length === sweepLimit || admitted === sweepLimit) loop.wake();
  }

  /** If the queue does not answer, the row stays overdue, and the next sweep tries again. */
  async function promoteOverdue(): Promise<void> {
    const overdue = await listOverdue(db);
    if (overdue.length === 0) return;
    const isFree = await Promise.all(overdue.map(queues.promote));
    const released = await releaseOverdue(
      db,
      overdue.filter((_job, index) => isFree[index]),
    );
    if (released.length > 0) await publish(released);
  }

  const loop = startLoop({
    name: 'dispatcher',
    run: sweep,
    intervalMs: sweepIntervalMs,
    mayRun,
    logger,
  });
  return loop;
}
