import type { JobState } from 'bullmq';
import { entryPriority } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import type { JobDefinition, JobSettings } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';
import { withTimeout } from '../platform/timeout.ts';
import { createEnqueuer } from './enqueuer.ts';
import { createHandover } from './handover.ts';
import type { Handover } from './handover.ts';
import { openQueue } from './open-queue.ts';
import { createQueuePauses } from './pauses.ts';
import type { QueuePauses } from './pauses.ts';
import { closeInTime, toEntryId } from './transport.ts';
import type { JobQueue, QueueTransport } from './transport.ts';

/** How long a broker may take to answer. */
const answerDeadlineMs = 1_000;
/** The same, where nobody waits for it, and many are asked for at once. */
const inspectDeadlineMs = 5_000;

export interface Queues extends AsyncDisposable, Omit<QueuePauses, typeof Symbol.dispose> {
  types: readonly string[];
  /** Hands to its queue what waits in the rows and whose turn it is, as far as there is room; never rejects. */
  dispatch: (type: string) => Promise<void>;
  /** The same, as there are jobs that have just begun to wait. */
  dispatchNew: (type: string) => Promise<void>;
  /** Dispatches, and makes good what another process that took turns did not come to. */
  resumeDispatch: (type: string) => Promise<void>;
  /** Hands a job over that its queue has lost; false when the broker did not take it in time. */
  enqueueAgain: (job: JobRow) => Promise<boolean>;
  /** What the queue knows of a job's round. */
  inspect: (job: JobRow) => Promise<QueueEntryState>;
  /** Takes a job that is not to run out of its queue; a worker that already has it will skip it. */
  withdraw: (job: JobRow) => Promise<void>;
  /** Makes a queue hold a job back no longer; false when the broker did not answer in time, and it may hold it still. */
  promote: (job: JobRow) => Promise<boolean>;
  /** Moves a job that waits to the place that its priority gives it. */
  reprioritize: (job: JobRow) => Promise<void>;
  /** For how long a limit of so many jobs a minute lets none start, in ms; undefined if the broker does not answer. */
  findLimitedMs: (type: string, ratePerMinute: number | null) => Promise<number | undefined>;
}

export interface QueueEntryState {
  /** In BullMQ's words; `unknown` when it has no such entry. */
  state: JobState | 'unknown';
  returnValue: unknown;
  failedReason: string | undefined;
  priorityRank: number | undefined;
}

/** How turns are shared out. */
export interface SharePolicy {
  settings: (type: string) => Pick<JobSettings, 'ratePerMinute' | 'perOwner'>;
  /** How many shares an owner has; one who is not named has 1. */
  ownerWeights: Readonly<Record<string, number>>;
}

const equalShares: SharePolicy = {
  settings: () => ({ ratePerMinute: null, perOwner: null }),
  ownerWeights: {},
};

/** The producers' side of every queue. */
export function createQueues(
  db: Database,
  transport: QueueTransport,
  definitions: readonly JobDefinition[],
  logger: Logger,
  { settings, ownerWeights }: SharePolicy = equalShares,
): Queues {
  const queues = new Map(
    definitions.map((definition) => [definition.type, openQueue(definition, transport)]),
  );

  const enqueuers = new Map(
    [...queues].map(([type, queue]) => [type, createEnqueuer(db, queue, logger)]),
  );

  const handovers = new Map(
    definitions.map(({ type, defaults: { expectedDurationMs } }) => {
      const { ratePerMinute, perOwner } = settings(type);
      const turns = { type, ratePerMinute, perOwner, expectedDurationMs, ownerWeights };
      const enqueuer = enqueuers.get(type)!;
      return [type, createHandover({ db, ...enqueuer, reprioritize, turns, logger })];
    }),
  );

  const pauses = createQueuePauses(db, queues, logger);

  function getQueue(type: string): JobQueue {
    const queue = queues.get(type);
    if (!queue) throw new Error(`no queue for jobs of type ${type}`);
    return queue;
  }

  function getHandover(type: string): Handover {
    const handover = handovers.get(type);
    if (!handover) throw new Error(`no queue for jobs of type ${type}`);
    return handover;
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
      const changing = entry?.changePriority({ priority: entryPriority(job) });
      if (changing) await withTimeout(changing, answerDeadlineMs);
    } catch (error) {
      // Its row says the priority, and the queue has it where it was.
      logger.warn({ err: error, queue: queue.name, jobId: job.id }, 'job not moved in its queue');
    }
  }

  async function findLimitedMs(
    type: string,
    ratePerMinute: number | null,
  ): Promise<number | undefined> {
    if (!(await transport.isReachable())) return undefined;
    if (ratePerMinute === null) return 0;
    const answer = withTimeout(getQueue(type).getRateLimitTtl(ratePerMinute), answerDeadlineMs);
    // Whoever asks is told that it does not answer; why, the transport reports.
    return answer.catch(() => undefined);
  }

  return {
    types: [...queues.keys()],
    dispatch: (type) => getHandover(type).dispatch(),
    dispatchNew: (type) => getHandover(type).dispatchNew(),
    resumeDispatch: async (type) => {
      const { dispatch, resume } = getHandover(type);
      await Promise.all([dispatch(), resume()]);
    },
    enqueueAgain: (job) => enqueuers.get(job.type)!.enqueueAgain(job),
    inspect,
    withdraw,
    promote,
    setPaused: pauses.setPaused,
    followPauses: pauses.followPauses,
    adoptPause: pauses.adoptPause,
    reprioritize,
    findLimitedMs,
    async [Symbol.asyncDispose]() {
      pauses[Symbol.dispose]();
      const ended = Promise.all([...handovers.values()].map((it) => it[Symbol.asyncDispose]()));
      await withTimeout(ended, answerDeadlineMs).catch(() => undefined); // what is not done, another process does
      await Promise.all(
        [...queues.values()].map((it) => closeInTime(it, transport, answerDeadlineMs)),
      );
    },
  };
}
