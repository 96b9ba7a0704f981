import { isFinal, isInQueue } from './rows/row.ts';
import type { JobRow } from './rows/row.ts';

export const waitingReasons = [
  'PREDECESSOR',
  'RETRY',
  'DELAY',
  'QUEUE_UNAVAILABLE',
  'QUEUE_PAUSED',
  'NO_WORKER',
  'OWNER_SHARE',
  'RATE_LIMIT',
  'POSITION',
] as const;
export type WaitingReason = (typeof waitingReasons)[number];

/** What keeps the jobs of a queue from starting, whatever their place. */
export interface QueueHold {
  /** Whether the broker that keeps the queue answers. */
  isReachable: boolean;
  pausedAt: Date | null;
  /** Why it is paused; null if nobody has said so. */
  pauseReason: string | null;
  hasWorkers: boolean;
  /** Jobs a minute that the queue lets through; null: no limit. */
  ratePerMinute: number | null;
  /** Until when that limit lets no job start; null if it lets one. */
  limitedUntil: Date | null;
}

/** Where a job stands in its queue. */
export interface JobPlace {
  /** 1 runs next. */
  position: number;
  /** How many of the jobs before it are its owner's. */
  own: number;
  /** Whether only jobs of other owners go before it, and some of them came later. */
  isOvertaken: boolean;
}

/** What a reason depends on, besides the row. */
export interface WaitingCircumstances {
  hold: QueueHold;
  /** Whether its owner has as many jobs in the queue as one owner may have, and this one is not among them. */
  isOwnerFull: boolean;
  /** Undefined if it is not known. */
  place: JobPlace | undefined;
}

type WaitingJob = Pick<JobRow, 'state' | 'waitsFor' | 'admittedAt' | 'dispatchedAt' | 'error'>;

/** The reason that the row itself has; undefined if it is the queue's, and null if the job does not wait. */
export function findOwnReason(
  job: WaitingJob,
): 'PREDECESSOR' | 'RETRY' | 'DELAY' | null | undefined {
  if (isFinal(job.state) || job.state === 'ACTIVE') return null;
  if (job.state === 'DELAYED') return job.error ? 'RETRY' : 'DELAY';
  return isInQueue(job) ? undefined : 'PREDECESSOR';
}

/**
 * Why a job of a queue waits, if several reasons hold: first what keeps everybody from starting, the outage before the pause,
 * as it must end first; then what keeps this owner from starting, which its owner can change; then what only time changes.
 */
export function findQueueReason({ hold, isOwnerFull, place }: WaitingCircumstances): WaitingReason {
  if (!hold.isReachable) return 'QUEUE_UNAVAILABLE';
  if (hold.pausedAt) return 'QUEUE_PAUSED';
  if (!hold.hasWorkers) return 'NO_WORKER';
  if (isOwnerFull) return 'OWNER_SHARE';
  // Further back, a job waits for others longer than for the minute that frees.
  const isLimited = hold.limitedUntil !== null && place && place.position <= hold.ratePerMinute!;
  if (isLimited) return 'RATE_LIMIT';
  return place?.isOvertaken ? 'OWNER_SHARE' : 'POSITION';
}
