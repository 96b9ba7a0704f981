import type { JobRow } from '../db/job-row.ts';
import { cancelFollowers, expireJobs, listUndispatched } from '../db/due-jobs.ts';
import type { Database } from '../db/tables.ts';
import type { Logger } from '../logger.ts';
import { startLoop } from '../loop.ts';
import type { Publish } from '../pubsub/broker.ts';
import type { Queues } from './queues.ts';

/** How often the rows are looked through for what is due. */
const sweepIntervalMs = 1_000;

export interface DispatcherOptions {
  db: Database;
  queues: Queues;
  logger: Logger;
  publish: Publish;
}

export interface Dispatcher extends AsyncDisposable {
  /** Looks now: a job has ended, and others may have waited for it. */
  wake: () => void;
}

/**
 * Does what rows say is due, until disposed: hands to the queue what nobody has handed over, ends what has expired, and
 * what waits for a job that failed. Any number may run: the queue takes an entry once, and a row ends once.
 */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, queues, logger, publish } = options;

  async function sweep(): Promise<void> {
    const ended = [...(await expireJobs(db)), ...(await cancelFollowers(db))];
    if (ended.length > 0) await publish(ended);
    for (const job of ended) await queues.withdraw(job);
    await Promise.all((await listUndispatched(db)).map(dispatch));
  }

  async function dispatch(job: JobRow): Promise<void> {
    if (await queues.enqueue(job)) logger.info({ jobId: job.id, type: job.type }, 'job dispatched');
  }

  return startLoop({ name: 'dispatcher', run: sweep, intervalMs: sweepIntervalMs, logger });
}
