import type { Job } from 'bullmq';

export const queueName = 'video-summarization';

export interface JobProgress {
  progress: number;
  stage: string;
  version: number;
}

/** A job as the API shows it. */
export interface JobShape extends JobProgress {
  id: string;
  state: string;
}

export const jobTopic = (id: string): string => `job:${id}`;

export function toShape(job: Pick<Job, 'id' | 'progress'>, state: string): JobShape {
  const nothing = { progress: 0, stage: '', version: 0 };
  const reports = typeof job.progress === 'object' ? (job.progress as JobProgress) : nothing;
  return { id: job.id ?? '', state: state.toUpperCase(), ...reports };
}
