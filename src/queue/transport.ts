import { setTimeout as delay } from 'node:timers/promises';
import type {
  BackendFactory,
  ConnectionOptions,
  IQueueBackend,
  PostgresConnectionOptions,
  Queue,
} from 'bullmq';
import { z } from 'zod';
import { maxStages } from '../jobs/attempts/stages.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { FaultLog } from '../platform/fault-log.ts';
import { isStorable } from '../platform/text.ts';

export type QueueConnection = ConnectionOptions | PostgresConnectionOptions;

/** Where BullMQ keeps its queues: the stack decides, and the code above it sees no difference. */
export interface QueueTransport {
  /** For commands that must answer soon or fail. */
  producer: QueueConnection;
  /** For workers and event readers, which block and wait for the broker to come back. */
  consumer: QueueConnection;
  /** Tells apart what shares a broker. */
  prefix: string;
  backend: BackendFactory<IQueueBackend, QueueConnection>;
  /** Where the connections of queues, workers and event readers report what fails. */
  faults: FaultLog;
  /**
   * The id of the newest event of an event reader's queue; undefined where there is none. Throws when the reader's
   * connection leads to a broker that follows another. Null: events cannot start over.
   */
  findLastEventId: ((events: IQueueBackend) => Promise<string | undefined>) | null;
  /** How long a worker or an event reader may wait, while nothing happens, until it looks for itself. */
  idleWaitMs: number;
  /** Whether the broker answers now. */
  isReachable: () => Promise<boolean>;
  /** Calls back when the broker may have lost what it had: it was away, or its keys are gone. Returns what stops that. */
  onLoss: (listener: () => void) => () => void;
}

/** How long what has lost its broker may take to let go of it. */
const cutDeadlineMs = 1_000;
/** How often a broker that somebody waits for is asked whether it is there, and how often in a row it may not be. */
const askIntervalMs = 500;
const maxMisses = 3;

export interface Closable {
  close: () => Promise<void>;
  getBackend: () => IQueueBackend;
}

export interface ClosingWork {
  /** Whether jobs are running; their results need no broker, so they are waited for even when it is away. */
  isBusy: () => boolean;
  /** Ends it once no job is running, when the broker is away. */
  cut: () => Promise<void>;
}

class BrokerAwayError extends Error {
  override readonly name = 'BrokerAwayError';
}

/**
 * Closes a queue, worker or event reader. BullMQ waits for ever for a connection to end that is not there: without the
 * broker, be it from the beginning or later, or when that takes too long, what there is of it is cut.
 */
export async function closeInTime(
  it: Closable,
  { isReachable }: Pick<QueueTransport, 'isReachable'>,
  withinMs: number,
  work?: ClosingWork,
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  const cutBackend = () => it.getBackend().close(true);
  let cut = work?.cut ?? cutBackend;
  try {
    if (await isReachable()) {
      // What has begun to close does not close again: only its connections can be cut then.
      cut = cutBackend;
      const closing = it.close();
      return await withTimeout(untilClosedOrAway(closing, isReachable, work), withinMs);
    }
  } catch {
    // Whatever the reason: nobody waits for its answers any more.
  }
  const leftMs = Math.max(endsAt - performance.now(), 0) + cutDeadlineMs;
  await withTimeout(cut(), leftMs).catch(() => undefined);
}

/** Rejects with BrokerAwayError when what closes has nothing left to wait for but a broker that is away. */
async function untilClosedOrAway(
  closing: Promise<void>,
  isReachable: () => Promise<boolean>,
  work: ClosingWork | undefined,
): Promise<void> {
  const over = new AbortController();
  const closed = closing.finally(() => over.abort());
  // It may end long after nobody waits for it any more.
  closed.catch(() => undefined);
  let misses = 0;
  while (!over.signal.aborted && misses < maxMisses) {
    await delay(askIntervalMs, undefined, { signal: over.signal }).catch(() => undefined);
    if (over.signal.aborted) break;
    misses = work?.isBusy() || (await isReachable()) ? 0 : misses + 1;
  }
  if (misses === maxMisses) throw new BrokerAwayError();
  await closed;
}

/** All that a job's entry in the queue holds: everything else is in its row. */
export const payloadSchema = z.object({
  jobId: z.uuid(),
  round: z.int32().min(1),
  /** An attempt that the trouble of the database has cut off, and of which no row says so. */
  cutOff: z.int32().min(1).optional(),
});
export type JobPayload = z.output<typeof payloadSchema>;

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

/** Characters of a stage, which is for a progress bar: a worker cuts what is longer. */
export const maxStageLength = 200;

const stageName = z.string().max(maxStageLength).refine(isStorable);

/** What a worker reports through the queue while it runs an attempt. */
export const reportSchema = z.object({
  attempt: z.int32().min(1),
  progress: z.int().min(0).max(100),
  stage: stageName,
  /** The stages that have begun since the last report, in order; absent if none. */
  stages: z
    .array(z.object({ name: stageName, ms: z.int32().min(0) }))
    .max(maxStages)
    .optional(),
});
export type JobReport = z.output<typeof reportSchema>;

/** What an attempt returns: its number, or null when the job was not to run any more. */
export const outcomeSchema = z.object({ attempt: z.int32().min(1) }).nullable();
export type JobOutcome = z.output<typeof outcomeSchema>;

/**
 * The id of a job's entry in its queue. Each round has one of its own, as BullMQ takes no id twice, and so that what is
 * still said of an earlier round is known for it.
 */
export function toEntryId({ id, round }: { id: string; round: number }): string {
  return round === 1 ? id : `${id}_${round}`;
}

/** The job and the round that an entry's id speaks of; throws on an id that is not of ours. */
export function fromEntryId(entryId: string): JobPayload {
  const [jobId, round = '1'] = entryId.split('_');
  return payloadSchema.parse({ jobId, round: Number(round) });
}
