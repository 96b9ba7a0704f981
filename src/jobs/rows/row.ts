import { z } from 'zod';
import { jobErrorCodes } from '../../errors.ts';

/** States of jobs that wait for a worker, for their start time, or for their next attempt. */
export const waitingStates = ['QUEUED', 'DELAYED'] as const;
export const unfinishedStates = [...waitingStates, 'ACTIVE'] as const;
export const finalStates = ['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED'] as const;
export const jobStates = [...unfinishedStates, ...finalStates] as const;
export type JobState = (typeof jobStates)[number];
const retryableStates: readonly JobState[] = ['FAILED', 'CANCELED', 'EXPIRED'];

export function isFinal(state: JobState): boolean {
  return (finalStates as readonly JobState[]).includes(state);
}

export function isWaiting(state: JobState): boolean {
  return (waitingStates as readonly JobState[]).includes(state);
}

/** Whether `retryJob` may take a job of this state back to QUEUED. */
export function isRetryable(state: JobState): boolean {
  return retryableStates.includes(state);
}

/** BullMQ's priority for each of ours; lower ones run first. The next higher number is that of jobs that stand back. */
export const priorityRanks = { HIGH: 1, NORMAL: 5, LOW: 10 } as const;
export type JobPriority = keyof typeof priorityRanks;
export const jobPriorities = Object.keys(priorityRanks) as [JobPriority, ...JobPriority[]];

export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];

export const jobErrorSchema = z.object({
  code: z.enum(jobErrorCodes),
  message: z.string(),
  retryable: z.boolean(),
  attempt: z.int(),
});
/** Why an attempt failed, as stored and as clients see it. */
export type JobError = z.output<typeof jobErrorSchema>;

const time = z.coerce.date();

/** A job as it is stored, published, and passed to resolvers. Parsed when it comes from the broker. */
export const jobRowSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  state: z.enum(jobStates),
  version: z.int(),
  /** The epoch of the queue's event stream that `eventId` belongs to; older versions do not publish it. */
  eventEpoch: z.int().default(0),
  eventId: z.string().nullable(),
  owner: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** The id of its result, fixed at submission, so that a second run cannot make a second result. */
  resultId: z.uuid(),
  error: jobErrorSchema.nullable(),
  progress: z.int(),
  stage: z.string().nullable(),
  /** 1, plus how often the job was restarted. Each round has an entry of its own in the queue. */
  round: z.int(),
  attempt: z.int(),
  maxAttempts: z.int(),
  priority: z.enum(jobPriorities),
  priorityRank: z.int(),
  idempotencyKey: z.string().nullable(),
  pipelineId: z.uuid().nullable(),
  /** The job that must complete before this one is dispatched. */
  waitsFor: z.uuid().nullable(),
  runAt: time.nullable(),
  expiresAt: time.nullable(),
  createdAt: time,
  /** When the job before it had completed; older processes do not say it. */
  admittedAt: time.nullish(),
  /** When it was its turn to be handed to the queue. */
  dispatchedAt: time.nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  nextAttemptAt: time.nullable(),
  cancelRequestedAt: time.nullable(),
  /** The queue position that was last announced while somebody watched the job, and when. */
  position: z.int().nullable(),
  positionedAt: time.nullable(),
  /**
   * The version that only announced that position, and the last one before it with another change; older versions of this
   * program do not publish them.
   */
  positionedVersion: z.int().nullish(),
  positionedFrom: z.int().nullish(),
  /** Announced with that position: why it waits, and how many of its owner's jobs go before it. */
  waitingReason: z.string().nullish(),
  ownBefore: z.int().nullish(),
  /** The trace that it was started in, as W3C's `traceparent`; older versions do not publish it. */
  traceContext: z.string().nullish(),
  /** When it was put before more urgent jobs, as it had waited long. */
  liftedAt: time.nullish(),
  /** What its owner was charged for it, in ms, when it was handed over. */
  chargedMs: z.int().nullish(),
  /** How many shares of its queue its owner had when it was started; null: 1. */
  ownerWeight: z.number().nullish(),
  /** What its owner calls it; older processes do not say it. */
  tags: z.array(z.string()).nullish(),
  /** The job that it was started again from. */
  basedOn: z.uuid().nullish(),
  /** The batch that it was started in. */
  batchId: z.uuid().nullish(),
  /** Whether it goes after those jobs of its priority in the queue whose owners have had less. */
  standsBack: z.boolean().nullish(),
});
export type JobRow = z.output<typeof jobRowSchema>;

/** The priority of a job's entry in its queue; the lowest number runs first. */
export function entryPriority({
  priorityRank,
  liftedAt,
  standsBack,
}: Pick<JobRow, 'priorityRank' | 'liftedAt' | 'standsBack'>): number {
  if (liftedAt) return priorityRanks.HIGH;
  return standsBack ? priorityRank + 1 : priorityRank;
}

/** Whether a job has a position in its queue; one that waits for its predecessor has none. */
export function isInQueue({
  state,
  waitsFor,
  admittedAt,
  dispatchedAt,
}: Pick<JobRow, 'state' | 'waitsFor' | 'admittedAt' | 'dispatchedAt'>): boolean {
  return state === 'QUEUED' && (waitsFor === null || Boolean(admittedAt ?? dispatchedAt));
}

/** Whether only the job's queue position has changed since this version. */
export function changedOnlyPosition(job: JobRow, version: number): boolean {
  return isPositionUpdate(job) && version >= (job.positionedFrom ?? job.version);
}

/** Whether this version only announces a new queue position. */
export function isPositionUpdate(job: JobRow): boolean {
  return job.positionedVersion === job.version;
}
