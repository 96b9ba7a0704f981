import type { JobRow } from '../db/job-row.ts';

export type Listener = (job: JobRow) => void;

/** Carries rows from whoever changed them to whoever watches. A message is a hint: it may be lost, and the row stays. */
export interface Broker extends AsyncDisposable {
  publish: (channel: string, job: JobRow) => Promise<void>;
  /** Resolves once the broker has confirmed, so that nothing published after that is missed; then stops it. */
  subscribe: (channel: string, listener: Listener) => Promise<() => void>;
}

export function jobChannel(jobId: string): string {
  return `job:${jobId}`;
}

function ownerChannel(owner: string): string {
  return `owner:${owner}`;
}

/** Jobs that are to stop, for the workers. */
export const cancelChannel = 'cancel';

/** Announces rows that changed, each to those who watch the job and to those who watch its owner's jobs. */
export async function publishJobs(broker: Broker, jobs: readonly JobRow[]): Promise<void> {
  await Promise.all(
    jobs.flatMap((job) => [
      broker.publish(jobChannel(job.id), job),
      broker.publish(ownerChannel(job.owner), job),
    ]),
  );
}
