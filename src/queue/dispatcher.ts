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

/** How often the rows are looked through for what is due. */
const sweepIntervalMs = 1_000;

export interface DispatcherOptions {
  db: Database;
  queues: Queues;
  logger: Logger;
  publish: Publish;
  /** Absent: it always may. */
  mayRun?: (() => boolean) | undefined;
}

export interface Dispatcher extends AsyncDisposable {
  /** Looks now: a job has ended, and others may have waited for it. */
  wake: () => void;
}

/**
 * Does what rows say is due by the database's clock, until disposed: lets delayed jobs and followers wait for their turn, hands
 * to the queue those whose turn it is, ends what has expired, and what waits for a job that failed. Any number may run: a turn
 * is taken once, and a row ends once.
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

  /** A row whose queue did not answer is overdue still, and has its turn in the next sweep. */
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
