import type { JobDefinition } from '../jobs/define-job.ts';
import { claimExtraction } from './claims/job.ts';
import { claimSynthesis } from './synthesis/job.ts';
import { videoSummarization } from './summary/job.ts';

/** Every job type there is. A new one is a file beside this one, and a line here. */
export const jobDefinitions = [videoSummarization, claimExtraction, claimSynthesis] as unknown as [
  JobDefinition,
  ...JobDefinition[],
];
