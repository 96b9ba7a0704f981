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

/** How long a broker may take to accept jobs; after that, the dispatcher enqueues them later. */
const enqueueDeadlineMs = 1_000;
/** Number of finished entries that a queue keeps for inspection; the rows keep all jobs. */
const keptEntries = { completed: 100, failed: 50 };

/** Adds the jobs of one type to their queue, in batches. */
export interface Enqueuer {
  /** Adds a job; false if the broker did not accept it in time. Adding a job that the queue already has does nothing. */
  enqueue: (job: JobRow) => Promise<boolean>;
  /** The same for a job that the queue may have had before, and started: it gets its remaining attempts. */
  enqueueAgain: (job: JobRow) => Promise<boolean>;
}

export function createEnqueuer(db: Database, queue: JobQueue, logger: Logger): Enqueuer {
  const faults = createFaultLog({ logger, message: 'not enqueued yet' });

  /** Returns for each job whether the queue has it. */
  async function enqueueAll(requests: readonly { job: JobRow; isAgain: boolean }[]) {
    try {
      const again = requests.filter(({ job, isAgain }) => isAgain || job.attempt > 0);
      const left = await readAttemptsLeft(again.map(({ job }) => job.id));
      const entries = requests.map(({ job }) => ({
        name: queue.name,
        data: { jobId: job.id, round: job.round },
        opts: toOptions(job, left.get(job.id) ?? job.maxAttempts),
      }));
      await withTimeout(queue.addBulk(entries), enqueueDeadlineMs);
    } catch (error) {
      const jobId = requests[0]?.job.id;
      faults.report(error, { queue: queue.name, jobId, jobs: requests.length });
      return requests.map(() => false);
    }
    faults.clear();
    return requests.map(() => true);
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
    // Stack traces may quote inputs, which must not be stored in Redis.
    stackTraceLimit: 0,
    // The format of BullMQ's telemetry, with the trace of the request that created the job.
    ...(job.traceContext
      ? { telemetry: { metadata: JSON.stringify({ traceparent: job.traceContext }) } }
      : {}),
  };
}
