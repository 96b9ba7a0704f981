import { z } from 'zod';
import type { JobDefinition } from '../jobs/define-job.ts';
import { group } from '../jobs/input-fields.ts';
import { claimExtraction } from './claims/job.ts';
import { claimSynthesis } from './synthesis/job.ts';
import { videoSummarization } from './summary/job.ts';
import { transcription } from './transcript/job.ts';

const { videoId, personaId, enableAudio } = videoSummarization.input.shape;
const { strategy, maxClaims, minConfidence } = claimExtraction.input.shape;
const transcribe = group(
  'AnalysisTranscription',
  'How to transcribe a video that is analyzed.',
  transcription.input.omit({ videoId: true }),
);

/** The input of the whole pipeline; each field goes to the steps that have it. */
export const analysisInput = z.object({
  videoId,
  personaId,
  enableAudio,
  strategy,
  maxClaims,
  minConfidence,
  transcribe: transcribe.nullish().meta({
    description: [
      'Adds a first job, which transcribes the video. If it fails, nothing is summarized until it is retried.',
      'Absent: no such job; `transcribeVideo` is then independent of the analysis.',
    ].join('\n'),
  }),
});

interface AnalysisStep {
  definition: Pick<JobDefinition, 'type' | 'defaults'>;
  resultId: string;
  input: Record<string, unknown>;
}

/**
 * Transcribe if wanted, summarize, extract from that summary, synthesize what was extracted. The ids of the results are fixed
 * here, one after the other, so that each step's input is complete before the step before it has run.
 */
export function planAnalysis(input: z.output<typeof analysisInput>, newId: () => string) {
  const first: AnalysisStep[] = input.transcribe
    ? [
        {
          definition: transcription,
          resultId: newId(),
          input: transcription.input.parse({ ...input.transcribe, videoId: input.videoId }),
        },
      ]
    : [];
  const [summaryId, extractionId, synthesisId] = [newId(), newId(), newId()];
  const summarize = {
    definition: videoSummarization,
    resultId: summaryId,
    input: videoSummarization.input.parse(input),
  };
  const extract = {
    definition: claimExtraction,
    resultId: extractionId,
    input: claimExtraction.input.parse({ ...input, summaryId }),
  };
  const synthesize = {
    definition: claimSynthesis,
    resultId: synthesisId,
    input: claimSynthesis.input.parse({ summaryIds: [summaryId] }),
  };
  const steps: AnalysisStep[] = [...first, summarize, extract, synthesize];
  return { steps, summarize };
}
