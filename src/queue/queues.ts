import { Queue } from 'bullmq';
import type { IQueueBackend } from 'bullmq';
import type { JobRow } from '../db/job-row.ts';
import { markDispatched } from '../db/jobs.ts';
import type { Database } from '../db/tables.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../logger.ts';
import { withDeadline } from './deadline.ts';
import type { JobPayload, QueueConnection, QueueTransport } from './transport.ts';

/** How long a broker may take to accept a job before the row is left to be enqueued later. */
const enqueueDeadlineMs = 1_000;
/** Finished entries that a queue keeps for whoever looks into it; the rows keep all. */
const keptEntries = { completed: 100, failed: 50 };

type JobQueue = Queue<
  JobPayload,
  unknown,
  string,
  JobPayload,
  unknown,
  string,
  IQueueBackend,
  QueueConnection
>;

export interface Queues extends AsyncDisposable {
  /** Hands a stored job to its queue; false when the broker did not take it in time, and the row waits. */
  enqueue: (job: JobRow) => Promise<boolean>;
  isPaused: (type: string) => Promise<boolean>;
}

/** The producers' side of every queue. */
export function createQueues(
  db: Database,
  transport: QueueTransport,
  definitions: readonly JobDefinition[],
  logger: Logger,
): Queues {
  const queues = new Map(
    definitions.map((definition) => [definition.type, openQueue(definition, transport, logger)]),
  );

  function getQueue(type: string): JobQueue {
    const queue = queues.get(type);
    if (!queue) throw new Error(`no queue for jobs of type ${type}`);
    return queue;
  }

  async function enqueue(job: JobRow): Promise<boolean> {
    const queue = getQueue(job.type);
    try {
      await withDeadline(queue.add(queue.name, { jobId: job.id }, toOptions(job)), enqueueDeadlineMs);
    } catch (error) {
      logger.warn({ err: error, queue: queue.name, jobId: job.id }, 'job not enqueued yet');
      return false;
    }
    await markDispatched(db, job.id);
    return true;
  }

  return {
    enqueue,
    isPaused: (type) => getQueue(type).isPaused(),
    async [Symbol.asyncDispose]() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

function openQueue(
  definition: JobDefinition,
  { producer, prefix, backend }: QueueTransport,
  logger: Logger,
): JobQueue {
  const name = queueName(definition);
  const queue: JobQueue = new Queue(name, { connection: producer, prefix, skipWaitingForReady: true }, backend);
  queue.on('error', (error) => logger.warn({ err: error, queue: name }, 'queue connection failed'));
  return queue;
}

function toOptions(job: JobRow) {
  return {
    jobId: job.id,
    attempts: job.maxAttempts,
    backoff: { type: 'by-failure' },
    priority: job.priorityRank,
    removeOnComplete: { count: keptEntries.completed },
    removeOnFail: { count: keptEntries.failed },
    // Stack traces quote what they trip over, and Redis is no place for that.
    stackTraceLimit: 0,
  };
}
