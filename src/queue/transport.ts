import type {
  BackendFactory,
  ConnectionOptions,
  IQueueBackend,
  PostgresConnectionOptions,
} from 'bullmq';
import { z } from 'zod';
import { withDeadline } from '../deadline.ts';
import type { FaultLog } from '../fault-log.ts';
import { isStorable } from '../db/text.ts';

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
  /** Whether the broker answers now. */
  isReachable: () => Promise<boolean>;
  /** Calls back when the broker may have lost what it had: it was away, or its keys are gone. Returns what stops that. */
  onLoss: (listener: () => void) => () => void;
}

/** How long what has lost its broker may take to let go of it. */
const cutDeadlineMs = 1_000;

export interface Closable {
  close: () => Promise<void>;
  getBackend: () => IQueueBackend;
}

/**
 * Closes a queue, worker or event reader. BullMQ waits for ever for a connection to end that is not there: without the
 * broker, or when that takes too long, what there is of it is cut.
 */
export async function closeInTime(
  it: Closable,
  { isReachable }: Pick<QueueTransport, 'isReachable'>,
  withinMs: number,
  cut: () => Promise<void> = () => it.getBackend().close(true),
): Promise<void> {
  try {
    if (await isReachable()) return await withDeadline(it.close(), withinMs);
  } catch {
    // Whatever the reason: nobody waits for its answers any more.
  }
  await withDeadline(cut(), withinMs + cutDeadlineMs).catch(() => undefined);
}

/** All that a job's entry in the queue holds: everything else is in its row. */
export const payloadSchema = z.object({
  jobId: z.uuid(),
  round: z.int32().min(1),
  /** An attempt that the trouble of the database has cut off, and of which no row says so. */
  cutOff: z.int32().min(1).optional(),
});
export type JobPayload = z.output<typeof payloadSchema>;

/** Characters of a stage, which is for a progress bar: a worker cuts what is longer. */
export const maxStageLength = 200;

/** What a worker reports through the queue while it runs an attempt. */
export const reportSchema = z.object({
  attempt: z.int32().min(1),
  progress: z.int().min(0).max(100),
  stage: z.string().max(maxStageLength).refine(isStorable),
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
