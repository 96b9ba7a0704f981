import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { videoSummarization } from '../../../src/subjects/summary/job.ts';
import { summarize } from '../../../src/subjects/summary/wire.ts';
import type {
  summarizeRequestSchema,
  SummarizeResponse,
} from '../../../src/subjects/summary/wire.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import type { TestSubject } from './test-subject.ts';

export const summaryFields = `id text visualAnalysis audioTranscript keyFrames { description } createdAt transcript { id text }
  video { id title path createdAt } persona { id name role informationNeed }
  claims { id text subclaims { id text } }`;

export const summary: TestSubject = {
  job: {
    definition: videoSummarization,
    endpoint: fakeEndpoint(summarize, answer),
    ids: { job: 'jobId', result: 'summaryId' },
    resultFields: summaryFields,
  },
  actions: {
    videoSummary: [
      {
        circle: 'viewers',
        selection: summaryFields,
        variables: ({ summaryId }) => ({ id: summaryId }),
      },
    ],
  },
};

function answer(request: z.output<typeof summarizeRequestSchema>): SummarizeResponse {
  const { video_id, persona_id, persona_role, enable_audio, audio_language } = request;
  const spoken = 'Welcome to the harbour.';
  const audio = {
    audio_transcript: spoken,
    transcript_json: {
      segments: [{ start: 0, end: 2.5, text: spoken, speaker: null, confidence: 0.9 }],
    },
    audio_language: audio_language ?? 'en',
    audio_model_used: 'whisper-v3-turbo',
    fusion_strategy: request.fusion_strategy ?? 'sequential',
    processing_time_audio: 3.2,
    processing_time_fusion: 0.1,
  };
  return {
    id: randomUUID(),
    video_id,
    persona_id,
    summary: `For the ${persona_role ?? 'Analyst'}: two vessels enter the harbour. One of them is towed.`,
    visual_analysis: 'A harbour at dusk, a tug and a container ship.',
    key_frames: [0, 4.5, 9].map((timestamp) => ({
      frame_number: timestamp * 30,
      timestamp,
      description: `Frame at ${timestamp} s`,
      confidence: 0.8,
    })),
    confidence: 0.85,
    visual_model_used: 'qwen-2-5-vl-7b',
    processing_time_visual: 41.7,
    ...(enable_audio && audio),
  };
}
