import { z } from 'zod';
import { count, label, modelId, share } from '../../model-service/fields.ts';

const keyFrameSchema = z.object({
  frame_number: count.nullish(),
  /** Seconds from the start of the video. */
  timestamp: z.number().min(0),
  description: z.string(),
  confidence: share.nullish(),
});

export const summarizeRequestSchema = z.object({
  video_id: z.string(),
  /** A path the service can read, or an http(s) URL. */
  video_path: z.string().nullish(),
  persona_id: z.string(),
  persona_role: z.string().nullish(),
  information_need: z.string().nullish(),
  frame_sample_rate: z.int().min(1).max(10).default(1),
  max_frames: z.int().min(1).max(100).default(30),
  enable_audio: z.boolean().default(false),
  audio_language: z.string().nullish(),
  enable_speaker_diarization: z.boolean().default(false),
  fusion_strategy: z
    .enum(['sequential', 'timestamp_aligned', 'native_multimodal', 'hybrid'])
    .nullish(),
  model_id: modelId,
});
export type SummarizeRequest = z.input<typeof summarizeRequestSchema>;

export const summarizeResponseSchema = z.object({
  id: z.string(),
  video_id: z.string(),
  persona_id: z.string(),
  summary: z.string(),
  visual_analysis: z.string().nullish(),
  audio_transcript: z.string().nullish(),
  key_frames: z.array(keyFrameSchema).default([]),
  confidence: share.nullish(),
  transcript_json: z.record(z.string(), z.unknown()).nullish(),
  audio_language: label.nullish(),
  speaker_count: count.nullish(),
  audio_model_used: label.nullish(),
  visual_model_used: label.nullish(),
  fusion_strategy: label.nullish(),
  processing_time_audio: z.number().nullish(),
  processing_time_visual: z.number().nullish(),
  processing_time_fusion: z.number().nullish(),
});
export type SummarizeResponse = z.output<typeof summarizeResponseSchema>;

export const summarize = {
  name: 'summarize',
  path: 'api/summarize',
  request: summarizeRequestSchema,
  response: summarizeResponseSchema,
  mediaPath: 'video_path',
};
