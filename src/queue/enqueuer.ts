import { countAttemptsLeft } from '../jobs/attempts/charges.ts';
import { createBatcher } from '../platform/batcher.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';
import { withTimeout } from '../platform/timeout.ts';
import { toEntryId } from './transport.ts';
import type { JobQueue } from './transport.ts';
import { markDispatched } from '../jobs/rows/dispatch.ts';

/** How long a broker may take to accept jobs before their rows are left to be enqueued later. */
const enqueueDeadlineMs = 1_000;
/** Finished entries that a queue keeps for whoever looks into it; the rows keep all. */
const keptEntries = { completed: 100, failed: 50 };

/** Hands the jobs of one type to their queue, those that come at the same time in one call. */
export interface Enqueuer {
  /** False when the broker did not take it in time, and the row waits. */
  enqueue: (job: JobRow) => Promise<boolean>;
  /** Resolves once the rows say of all that was enqueued that it was. */
  settled: () => Promise<void>;
}

export function createEnqueuer(db: Database, queue: JobQueue, logger: Logger): Enqueuer {
  const faults = createFaultLog({ logger, message: 'not enqueued yet' });
  const marks = new Set<Promise<unknown>>();
  const markTogether = createBatcher(async (jobs: JobRow[]) => {
    await markDispatched(db, jobs);
    return jobs.map(() => undefined);
  });

  /** Says of each whether the queue has it. */
  async function enqueueAll(jobs: readonly JobRow[]): Promise<boolean[]> {
    try {
      const left = await readAttemptsLeft(jobs);
      const entries = jobs.map((job) => ({
        name: queue.name,
        data: { jobId: job.id, round: job.round },
        opts: toOptions(job, left.get(job.id) ?? job.maxAttempts),
      }));
      await withTimeout(queue.addBulk(entries), enqueueDeadlineMs);
    } catch (error) {
      const [{ id: jobId } = {}] = jobs;
      faults.report(error, { queue: queue.name, jobId, jobs: jobs.length });
      return jobs.map(() => false);
    }
    faults.clear();
    void mark(jobs);
    return jobs.map(() => true);
  }

  /** Of those that have had an entry before. */
  async function readAttemptsLeft(jobs: readonly JobRow[]): Promise<Map<string, number>> {
    const again = jobs.filter((job) => job.attempt > 0 || job.dispatchedAt);
    return again.length === 0
      ? new Map()
      : countAttemptsLeft(
          db,
          again.map(({ id }) => id),
        );
  }

  /** Nobody waits for it: a row without its mark is enqueued again, and a queue takes an entry once. */
  async function mark(jobs: readonly JobRow[]): Promise<void> {
    const marking = Promise.all(jobs.map(markTogether));
    marks.add(marking);
    try {
      await marking;
    } catch (error) {
      logger.warn({ err: error, jobs: jobs.length }, 'jobs not marked as enqueued');
    } finally {
      marks.delete(marking);
    }
  }

  return {
    enqueue: createBatcher(enqueueAll),
    settled: async () => {
      await Promise.allSettled(marks);
    },
  };
}

function toOptions(job: JobRow, attemptsLeft: number) {
  return {
    jobId: toEntryId(job),
    attempts: Math.max(1, attemptsLeft),
    backoff: { type: 'by-failure' },
    priority: job.priorityRank,
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
