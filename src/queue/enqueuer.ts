import { countAttemptsLeft } from '../jobs/attempts/charges.ts';
import { createBatcher } from '../platform/batcher.ts';
import { entryPriority } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';
import { withTimeout } from '../platform/timeout.ts';
import { toEntryId } from './transport.ts';
import type { JobQueue } from './transport.ts';

/** How long a broker may take to accept jobs before their rows are left to be enqueued later. */
const enqueueDeadlineMs = 1_000;
/** Finished entries that a queue keeps for whoever looks into it; the rows keep all. */
const keptEntries = { completed: 100, failed: 50 };

/** Hands the jobs of one type to their queue, those that come at the same time in one call. */
export interface Enqueuer {
  /**
   * Hands over a job whose turn it is; false when the broker did not take it in time. What the queue has already it does not
   * take twice.
   */
  enqueue: (job: JobRow) => Promise<boolean>;
  /** The same for a job that the queue has had before, and may have begun: it gets the attempts that it has left. */
  enqueueAgain: (job: JobRow) => Promise<boolean>;
}

export function createEnqueuer(db: Database, queue: JobQueue, logger: Logger): Enqueuer {
  const faults = createFaultLog({ logger, message: 'not enqueued yet' });

  /** Says of each whether the queue has it. */
  async function enqueueAll(asked: readonly { job: JobRow; isAgain: boolean }[]) {
    try {
      const again = asked.filter(({ job, isAgain }) => isAgain || job.attempt > 0);
      const left = await readAttemptsLeft(again.map(({ job }) => job.id));
      const entries = asked.map(({ job }) => ({
        name: queue.name,
        data: { jobId: job.id, round: job.round },
        opts: toOptions(job, left.get(job.id) ?? job.maxAttempts),
      }));
      await withTimeout(queue.addBulk(entries), enqueueDeadlineMs);
    } catch (error) {
      const jobId = asked[0]?.job.id;
      faults.report(error, { queue: queue.name, jobId, jobs: asked.length });
      return asked.map(() => false);
    }
    faults.clear();
    return asked.map(() => true);
  }

  async function readAttemptsLeft(ids: readonly string[]): Promise<Map<string, number>> {
    return ids.length === 0 ? new Map() : countAttemptsLeft(db, ids);
  }

  const enqueue = createBatcher(enqueueAll);
  return {
    enqueue: (job) => enqueue({ job, isAgain: false }),
    enqueueAgain: (job) => enqueue({ job, isAgain: true }),
  };
}

function toOptions(job: JobRow, attemptsLeft: number) {
  return {
    jobId: toEntryId(job),
    attempts: Math.max(1, attemptsLeft),
    backoff: { type: 'by-failure' },
    priority: entryPriority(job),
    removeOnComplete: { count: keptEntries.completed },
    removeOnFail: { count: keptEntries.failed },
    // Stack traces quote what they trip over, and Redis is no place for that.
    stackTraceLimit: 0,
    // As BullMQ's own telemetry would have it, of whichever request came first.
    ...(job.traceContext
      ? { telemetry: { metadata: JSON.stringify({ traceparent: job.traceContext }) } }
      : {}),
  };
}
