import { Queue } from 'bullmq';
import type { JobState } from 'bullmq';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';
import { withTimeout } from '../platform/timeout.ts';
import { createEnqueuer } from './enqueuer.ts';
import { createQueuePauses } from './pauses.ts';
import type { QueuePauses } from './pauses.ts';
import { closeInTime, toEntryId } from './transport.ts';
import type { JobQueue, QueueTransport } from './transport.ts';

/** How long a broker may take to answer. */
const answerDeadlineMs = 1_000;
/** The same, where nobody waits for it, and many are asked for at once. */
const inspectDeadlineMs = 5_000;

export interface Queues extends AsyncDisposable, Omit<QueuePauses, typeof Symbol.dispose> {
  /** Hands a stored job to its queue; false when the broker did not take it in time, and the row waits. */
  enqueue: (job: JobRow) => Promise<boolean>;
  /** What the queue knows of a job's round. */
  inspect: (job: JobRow) => Promise<QueueEntryState>;
  /** Takes a job that is not to run out of its queue; a worker that already has it will skip it. */
  withdraw: (job: JobRow) => Promise<void>;
  /** Makes a queue hold a job back no longer; false when the broker did not answer in time, and it may hold it still. */
  promote: (job: JobRow) => Promise<boolean>;
  /** Moves a job that waits to the place that its priority gives it. */
  reprioritize: (job: JobRow) => Promise<void>;
}

export interface QueueEntryState {
  /** In BullMQ's words; `unknown` when it has no such entry. */
  state: JobState | 'unknown';
  returnValue: unknown;
  failedReason: string | undefined;
  priorityRank: number | undefined;
}

/** The producers' side of every queue. */
export function createQueues(
  db: Database,
  transport: QueueTransport,
  definitions: readonly JobDefinition[],
  logger: Logger,
): Queues {
  const queues = new Map(
    definitions.map((definition) => [definition.type, openQueue(definition, transport)]),
  );

  const enqueuers = new Map(
    [...queues].map(([type, queue]) => [type, createEnqueuer(db, queue, logger)]),
  );

  const pauses = createQueuePauses(db, queues, logger);

  function getQueue(type: string): JobQueue {
    const queue = queues.get(type);
    if (!queue) throw new Error(`no queue for jobs of type ${type}`);
    return queue;
  }

  async function inspect(job: JobRow): Promise<QueueEntryState> {
    const queue = getQueue(job.type);
    const entryId = toEntryId(job);
    const [state, entry] = await withTimeout(
      Promise.all([queue.getJobState(entryId), queue.getJob(entryId)]),
      inspectDeadlineMs,
    );
    return {
      state: entry ? state : 'unknown',
      returnValue: entry?.returnvalue,
      failedReason: entry?.failedReason,
      priorityRank: entry?.priority,
    };
  }

  async function withdraw(job: JobRow): Promise<void> {
    const queue = getQueue(job.type);
    try {
      await withTimeout(queue.remove(toEntryId(job)), answerDeadlineMs);
    } catch (error) {
      logger.debug({ err: error, queue: queue.name, jobId: job.id }, 'job not withdrawn');
    }
  }

  async function promote(job: JobRow): Promise<boolean> {
    const queue = getQueue(job.type);
    const entryId = toEntryId(job);
    const release = async () => {
      if ((await queue.getJobState(entryId)) !== 'delayed') return;
      await (await queue.getJob(entryId))?.promote();
    };
    try {
      await withTimeout(release(), answerDeadlineMs);
      return true;
    } catch (error) {
      // Another process may have been quicker; the next time shows it.
      logger.debug({ err: error, queue: queue.name, jobId: job.id }, 'job not promoted');
      return false;
    }
  }

  async function reprioritize(job: JobRow): Promise<void> {
    const queue = getQueue(job.type);
    try {
      const entry = await withTimeout(queue.getJob(toEntryId(job)), answerDeadlineMs);
      const changing = entry?.changePriority({ priority: job.priorityRank });
      if (changing) await withTimeout(changing, answerDeadlineMs);
    } catch (error) {
      // Its row says the priority, and the queue has it where it was.
      logger.warn({ err: error, queue: queue.name, jobId: job.id }, 'job not moved in its queue');
    }
  }

  return {
    enqueue: (job) => enqueuers.get(job.type)!.enqueue(job),
    inspect,
    withdraw,
    promote,
    setPaused: pauses.setPaused,
    followPauses: pauses.followPauses,
    adoptPause: pauses.adoptPause,
    reprioritize,
    async [Symbol.asyncDispose]() {
      await Promise.all([...enqueuers.values()].map((enqueuer) => enqueuer.settled()));
      pauses[Symbol.dispose]();
      await Promise.all(
        [...queues.values()].map((it) => closeInTime(it, transport, answerDeadlineMs)),
      );
    },
  };
}

function openQueue(
  definition: JobDefinition,
  { producer, prefix, backend, faults }: QueueTransport,
): JobQueue {
  const name = queueName(definition);
  const queue: JobQueue = new Queue(
    name,
    { connection: producer, prefix, skipWaitingForReady: true },
    backend,
  );
  queue.on('error', (error) => faults.report(error, { queue: name }));
  return queue;
}
