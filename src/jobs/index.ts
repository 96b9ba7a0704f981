import type { JobDefinition } from './define-job.ts';
import { claimExtraction } from './claim-extraction.ts';
import { claimSynthesis } from './claim-synthesis.ts';
import { videoSummarization } from './video-summarization.ts';

/** Every job type there is. A new one is a file beside this one, and a line here. */
export const jobDefinitions = [videoSummarization, claimExtraction, claimSynthesis] as unknown as [
  JobDefinition,
  ...JobDefinition[],
];
