import type { JobDefinition } from '../jobs/define-job.ts';
import { claimExtraction } from './claims/job.ts';
import { claimSynthesis } from './synthesis/job.ts';
import { objectDetection } from './detection/job.ts';
import { videoSummarization } from './summary/job.ts';

export interface Subject {
  /** The jobs that make it; as JobDefinition, which is of any input. */
  jobs?: readonly Pick<JobDefinition, 'type'>[];
  /** Adds its types and root fields to the schema; loaded by what serves it alone. */
  graphql?: () => Promise<unknown>;
}

/** Every subject there is, after those that it is made of. A new one is a folder beside this file, and a line here. */
export const subjects: readonly Subject[] = [
  { graphql: () => import('./video/graphql.ts') },
  { graphql: () => import('./persona/graphql.ts') },
  { jobs: [videoSummarization], graphql: () => import('./summary/graphql.ts') },
  { jobs: [claimExtraction], graphql: () => import('./claims/graphql.ts') },
  { jobs: [claimSynthesis], graphql: () => import('./synthesis/graphql.ts') },
  { jobs: [objectDetection], graphql: () => import('./detection/graphql.ts') },
];

/** Every job type there is. */
export const jobDefinitions = listJobs(subjects);

export function listJobs(subjects: readonly Subject[]): [JobDefinition, ...JobDefinition[]] {
  return subjects.flatMap(({ jobs = [] }) => jobs) as unknown as [
    JobDefinition,
    ...JobDefinition[],
  ];
}
