import type { ComponentType } from 'react';
import type { Job } from 'fovea-jobs-client';
import { ClaimsResultView } from './summary/claims-result.tsx';
import { SummaryResultView } from './summary/summary-result.tsx';
import { SynthesisResultView } from './synthesis/synthesis-result.tsx';
import { TranscriptResultView } from './transcript/transcript-result.tsx';
import { DetectionResultView } from './vision/detection-result.tsx';
import { TrackingResultView } from './vision/tracking-result.tsx';

const views: Record<Job['type'], ComponentType<{ id: string }>> = {
  VIDEO_SUMMARIZATION: SummaryResultView,
  CLAIM_EXTRACTION: ClaimsResultView,
  CLAIM_SYNTHESIS: SynthesisResultView,
  OBJECT_DETECTION: DetectionResultView,
  OBJECT_TRACKING: TrackingResultView,
  TRANSCRIPTION: TranscriptResultView,
};

/** The result of a completed job. */
export function ResultBody({ id, type }: { id: string; type: Job['type'] }) {
  const View = views[type];
  return <View id={id} />;
}
