import type { WatchedJob } from './api.ts';

/** What a job is doing, in words. */
export function describeJob(job: WatchedJob): string {
  const attempt = job.attempt > 1 ? ` (attempt ${job.attempt} of ${job.maxAttempts})` : '';
  switch (job.state) {
    case 'QUEUED':
      return 'Waiting for a worker';
    case 'DELAYED':
      return `Waiting for another attempt: ${job.error?.message ?? ''}`;
    case 'ACTIVE':
      return `${job.stage ?? 'Running'}${attempt}`;
    case 'COMPLETED':
      return 'Done';
    default:
      return `${job.state}: ${job.error?.message ?? ''}`;
  }
}
