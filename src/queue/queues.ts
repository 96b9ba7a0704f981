import { Queue } from 'bullmq';
import type { IQueueBackend, JobState } from 'bullmq';
import type { JobRow } from '../db/job-row.ts';
import { findPaused, isQueuePaused, savePaused } from '../db/queue-controls.ts';
import type { Database } from '../db/tables.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import { createFaultLog } from '../fault-log.ts';
import type { Logger } from '../logger.ts';
import { withDeadline } from '../deadline.ts';
import { createEnqueuer } from './enqueuer.ts';
import { closeInTime, toEntryId } from './transport.ts';
import type { JobPayload, QueueConnection, QueueTransport } from './transport.ts';

/** How long a broker may take to answer. */
const answerDeadlineMs = 1_000;
/** The same, where nobody waits for it, and many are asked for at once. */
const inspectDeadlineMs = 5_000;
/** What is paused in Redis and not by its row, or the other way round, is so for so long while it is being set. */
const settingMs = 500;
/** Row and queue are brought together in so many steps; others may set them meanwhile. */
const maxFollowSteps = 5;

export type JobQueue = Queue<
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
  /** What the queue knows of a job's round. */
  inspect: (job: JobRow) => Promise<QueueEntryState>;
  /** Takes a job that is not to run out of its queue; a worker that already has it will skip it. */
  withdraw: (job: JobRow) => Promise<void>;
  /** Stops a queue, or lets it go on: jobs are accepted meanwhile, and wait. The broker follows once it is there. */
  setPaused: (type: string, paused: boolean) => Promise<void>;
  /** Pauses and resumes queues as their rows say; what no row speaks of is left as it is, and its row says so from then on. */
  followPauses: () => Promise<void>;
  /** Somebody has paused or resumed a queue where it is kept, be it ourselves: its row says the same soon. */
  adoptPause: (type: string, paused: boolean) => void;
  /** Moves a job that waits to the place that its priority gives it. */
  reprioritize: (job: JobRow) => Promise<void>;
}

export interface QueueEntryState {
  /** In BullMQ's words; `unknown` when it has no such entry. */
  state: JobState | 'unknown';
  returnValue: unknown;
  failedReason: string | undefined;
  /** When a delayed one runs. */
  runsAt: Date | undefined;
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

  const faults = createFaultLog({ logger, message: 'queue not paused or resumed yet' });
  const adopting = new Map<string, NodeJS.Timeout>();

  function getQueue(type: string): JobQueue {
    const queue = queues.get(type);
    if (!queue) throw new Error(`no queue for jobs of type ${type}`);
    return queue;
  }

  async function inspect(job: JobRow): Promise<QueueEntryState> {
    const queue = getQueue(job.type);
    const entryId = toEntryId(job);
    const [state, entry] = await withDeadline(
      Promise.all([queue.getJobState(entryId), queue.getJob(entryId)]),
      inspectDeadlineMs,
    );
    return {
      state: entry ? state : 'unknown',
      returnValue: entry?.returnvalue,
      failedReason: entry?.failedReason,
      runsAt: entry && new Date(entry.timestamp + entry.delay),
      priorityRank: entry?.priority,
    };
  }

  async function withdraw(job: JobRow): Promise<void> {
    const queue = getQueue(job.type);
    try {
      await withDeadline(queue.remove(toEntryId(job)), answerDeadlineMs);
    } catch (error) {
      logger.debug({ err: error, queue: queue.name, jobId: job.id }, 'job not withdrawn');
    }
  }

  /** What the queue said some time ago, and still does, goes into the row. What Redis has merely lost, it never said. */
  async function adopt(type: string, paused: boolean): Promise<void> {
    if ((await isQueuePaused(db, type)) === paused) return;
    if ((await withDeadline(getQueue(type).isPaused(), answerDeadlineMs)) !== paused) return;
    await savePaused(db, type, paused);
    logger.info({ type, paused }, 'queue was paused or resumed where it is kept');
  }

  function adoptPause(type: string, paused: boolean): void {
    clearTimeout(adopting.get(type));
    const timer = setTimeout(() => {
      adopting.delete(type);
      adopt(type, paused).catch((error: unknown) => faults.report(error, { type }));
    }, settingMs);
    adopting.set(type, timer);
  }

  /** The row is read before the queue each time, and once more after a change: who sets the row meanwhile is seen. */
  async function follow(type: string): Promise<void> {
    const queue = getQueue(type);
    for (let step = 0; step < maxFollowSteps; step += 1) {
      const wanted = await findPaused(db, type);
      const paused = await withDeadline(queue.isPaused(), answerDeadlineMs);
      if (wanted === undefined) return paused ? savePaused(db, type, true) : undefined;
      if (paused === wanted) return;
      await withDeadline(wanted ? queue.pause() : queue.resume(), answerDeadlineMs);
      logger.info({ type, paused: wanted }, 'queue paused or resumed as its row says');
    }
  }

  async function followPauses(): Promise<void> {
    // One that somebody has just set where it is kept is adopted first.
    for (const type of queues.keys()) if (!adopting.has(type)) await follow(type);
  }

  async function setPaused(type: string, paused: boolean): Promise<void> {
    await savePaused(db, type, paused);
    try {
      await follow(type);
    } catch (error) {
      // Workers read the row before they begin a job, and the queue follows when its broker is back.
      faults.report(error, { type });
    }
  }

  async function reprioritize(job: JobRow): Promise<void> {
    const queue = getQueue(job.type);
    try {
      const entry = await withDeadline(queue.getJob(toEntryId(job)), answerDeadlineMs);
      const changing = entry?.changePriority({ priority: job.priorityRank });
      if (changing) await withDeadline(changing, answerDeadlineMs);
    } catch (error) {
      // Its row says the priority, and the queue has it where it was.
      logger.warn({ err: error, queue: queue.name, jobId: job.id }, 'job not moved in its queue');
    }
  }

  return {
    enqueue: (job) => enqueuers.get(job.type)!.enqueue(job),
    inspect,
    withdraw,
    setPaused,
    followPauses,
    adoptPause,
    reprioritize,
    async [Symbol.asyncDispose]() {
      await Promise.all([...enqueuers.values()].map((enqueuer) => enqueuer.settled()));
      for (const timer of adopting.values()) clearTimeout(timer);
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
