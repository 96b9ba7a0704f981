import type { JobUpdate } from '../../../src/jobs/rows/update.ts';

/** What an event of a queue says, whatever job it is about and wherever it stands in the stream. */
export type JobChange = Omit<JobUpdate, 'jobId' | 'round' | 'eventId'>;

export const vanished = { code: 'STALLED', message: 'Vanished.', retryable: false } as const;

export function active(attempt: number, progress: number, stage = 'Looking'): JobChange {
  return { state: 'ACTIVE', attempt, progress, stage };
}

export const queued: JobChange = { state: 'QUEUED' };
export const delayed: JobChange = { state: 'DELAYED' };
export const failed: JobChange = { state: 'FAILED', error: vanished };

export function completed(attempt: number): JobChange {
  return { state: 'COMPLETED', attempt };
}

/** The words of one job's first round as updates, in the order of their events: 1, 2, 3. */
export function toUpdates(jobId: string, words: readonly JobChange[]): JobUpdate[] {
  return words.map((word, index) => ({ ...word, jobId, round: 1, eventId: BigInt(index + 1) }));
}
