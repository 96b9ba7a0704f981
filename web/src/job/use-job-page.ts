import type { Job, JobsError } from 'fovea-jobs-client';
import { useJob } from 'fovea-jobs-client/react';
import { JobDetails } from '../api/generated/documents.ts';
import type { JobDetailsQuery } from '../api/generated/types.ts';
import { useFollowedQuery } from './use-followed-query.ts';

export type Details = NonNullable<JobDetailsQuery['job']>;

export interface JobPage {
  /** Live. */
  job: Job | undefined;
  /** What changes with the state, not with the progress. */
  details: Details | undefined;
  error: JobsError | undefined;
}

/** A job as its page shows it: each version, and what belongs to it. */
export function useJobPage(id: string): JobPage {
  const { job, error } = useJob(id);
  // A job that runs has a new version with each step; only what waits changes otherwise.
  const isActive = job?.state === 'ACTIVE';
  const moment = job ? `${job.state} ${job.attempt} ${isActive ? '' : job.version}` : '';
  const { data } = useFollowedQuery(JobDetails, job ? { id } : null, moment);
  const details = data?.job?.id === id ? data.job : undefined;
  return { job, details, error };
}
