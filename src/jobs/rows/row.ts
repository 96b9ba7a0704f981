import { z } from 'zod';
import { jobErrorCodes } from '../../errors.ts';

/** States of jobs that wait for a worker, for their time, or for their next attempt. */
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

/** BullMQ's priority of each of ours; the lower runs first. */
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

/** A job as stored, as published, and as the API's resolvers get it. Parsed where it comes from the broker. */
export const jobRowSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  state: z.enum(jobStates),
  version: z.int(),
  /** Which of its queue's streams of events `eventId` is of; older processes do not publish it. */
  eventEpoch: z.int().default(0),
  eventId: z.string().nullable(),
  owner: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** The id that its result gets, fixed when it is submitted: a second run cannot make a second one. */
  resultId: z.uuid(),
  error: jobErrorSchema.nullable(),
  progress: z.int(),
  stage: z.string().nullable(),
  /** How often it was started over, counted from 1. Each round has an entry of its own in the queue. */
  round: z.int(),
  attempt: z.int(),
  maxAttempts: z.int(),
  priority: z.enum(jobPriorities),
  priorityRank: z.int(),
  idempotencyKey: z.string().nullable(),
  pipelineId: z.uuid().nullable(),
  /** The job that must have completed before this one is handed to the queue. */
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
  /** The place in its queue that it was last announced with while somebody watched it, and when. */
  position: z.int().nullable(),
  positionedAt: time.nullable(),
  /** The version that was made by that alone, and the last one before that told more; older processes do not say it. */
  positionedVersion: z.int().nullish(),
  positionedFrom: z.int().nullish(),
  /** The trace that it was started in, as W3C's `traceparent`; processes that know no traces do not say it. */
  traceContext: z.string().nullish(),
  /** When it was put before more urgent jobs, as it had waited long. */
  liftedAt: time.nullish(),
  /** What its owner was charged for it, in ms, when it was handed over. */
  chargedMs: z.int().nullish(),
});
export type JobRow = z.output<typeof jobRowSchema>;

/** The priority of a job's entry in its queue; lower goes first. */
export function entryPriority({
  priorityRank,
  liftedAt,
}: Pick<JobRow, 'priorityRank' | 'liftedAt'>): number {
  return liftedAt ? priorityRanks.HIGH : priorityRank;
}

/** Whether a job is in a queue, and so has a place; one that waits for the job before it is in none. */
export function isInQueue({
  state,
  waitsFor,
  admittedAt,
  dispatchedAt,
}: Pick<JobRow, 'state' | 'waitsFor' | 'admittedAt' | 'dispatchedAt'>): boolean {
  return state === 'QUEUED' && (waitsFor === null || Boolean(admittedAt ?? dispatchedAt));
}

/** Whether nothing but a job's place in its queue has changed since a version of it. */
export function isOnlyPlaceSince(job: JobRow, version: number): boolean {
  return isPlaceVersion(job) && version >= (job.positionedFrom ?? job.version);
}

/** Whether this version was made by a new place, and by nothing else. */
export function isPlaceVersion(job: JobRow): boolean {
  return job.positionedVersion === job.version;
}
