import type { JobUpdate } from '../../../src/jobs/rows/update.ts';

/** What an event of a queue changes, without the job and the event's position in the stream. */
export type JobChange = Omit<JobUpdate, 'jobId' | 'round' | 'eventId'>;

export const stalledError = { code: 'STALLED', message: 'Vanished.', retryable: false } as const;

export function active(attempt: number, progress: number, stage = 'Looking'): JobChange {
  return { state: 'ACTIVE', attempt, progress, stage };
}

export const queued: JobChange = { state: 'QUEUED' };
export const delayed: JobChange = { state: 'DELAYED' };
export const failed: JobChange = { state: 'FAILED', error: stalledError };

export function completed(attempt: number): JobChange {
  return { state: 'COMPLETED', attempt };
}

/** Turns changes into updates of one job's first round, with event ids 1, 2, 3 and so on. */
export function toUpdates(jobId: string, changes: readonly JobChange[]): JobUpdate[] {
  return changes.map((change, index) => ({
    ...change,
    jobId,
    round: 1,
    eventId: BigInt(index + 1),
  }));
}
