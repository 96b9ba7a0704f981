import type { Job } from './jobs.ts';
import type { JobState } from './generated/types.ts';

/** What FOVEA's `useJobStatus` reads. */
export interface FoveaJobStatus {
  id: string;
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  /** `stage` is a sentence of ours; for a key that it does not know, FOVEA shows its default text. */
  progress: { percent: number; stage: string | null };
  returnvalue: unknown;
  failedReason: string | null;
  /** In ms since 1970. */
  processedOn: number | null;
  finishedOn: number | null;
}

const states: Record<JobState, FoveaJobStatus['state']> = {
  QUEUED: 'waiting',
  DELAYED: 'delayed',
  ACTIVE: 'active',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELED: 'failed',
  EXPIRED: 'failed',
};

/** The job in the shape that FOVEA's front end expects. It knows of no job that was canceled or has expired: those have failed. */
export function toFoveaJobStatus(job: Job, result: unknown = null): FoveaJobStatus {
  const state = states[job.state];
  const reason = job.error?.message ?? `The job is ${job.state.toLowerCase()}.`;
  return {
    id: job.id,
    state,
    progress: { percent: job.progress, stage: job.stage },
    returnvalue: result,
    failedReason: state === 'failed' ? reason : null,
    processedOn: toTime(job.startedAt),
    finishedOn: toTime(job.completedAt),
  };
}

function toTime(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
