import { z } from 'zod';
import { claimExtraction } from './claims/job.ts';
import { claimSynthesis } from './synthesis/job.ts';
import { videoSummarization } from './summary/job.ts';

const { videoId, personaId, enableAudio } = videoSummarization.input.shape;
const { strategy, maxClaims, minConfidence } = claimExtraction.input.shape;

/** The input of the whole pipeline; each field goes to the steps that have it. */
export const analysisInput = z.object({
  videoId,
  personaId,
  enableAudio,
  strategy,
  maxClaims,
  minConfidence,
});

/**
 * Summarize, extract from that summary, synthesize what was extracted. The ids of the results are fixed here, so that
 * each step's input is complete before the step before it has run.
 */
export function planAnalysis(input: z.output<typeof analysisInput>, newId: () => string) {
  const [summaryId, extractionId, synthesisId] = [newId(), newId(), newId()];
  return [
    {
      definition: videoSummarization,
      resultId: summaryId,
      input: videoSummarization.input.parse(input),
    },
    {
      definition: claimExtraction,
      resultId: extractionId,
      input: claimExtraction.input.parse({ ...input, summaryId }),
    },
    {
      definition: claimSynthesis,
      resultId: synthesisId,
      input: claimSynthesis.input.parse({ summaryIds: [summaryId] }),
    },
  ] as const;
}
