import { z } from 'zod';

// The HTTP contract of FOVEA's model service, as this program serves it: requests are parsed, answers are types only.
// The server, its client, states the same contract in `src/subjects/*/wire.ts`, from the other side. The two are kept apart
// on purpose: each program can then be replaced by another that keeps the contract, and the tests check one against the other.

/** A number from 0 to 1. */
const share = z.number().min(0).max(1);

export const summarizeRequestSchema = z.object({
  video_id: z.string(),
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
  model_id: z.string().nullish(),
});
export type SummarizeRequest = z.output<typeof summarizeRequestSchema>;

export interface KeyFrame {
  frame_number: number | null;
  /** Seconds from the start of the video. */
  timestamp: number;
  description: string;
  confidence: number;
}

export interface SummarizeResponse extends Partial<AudioAnswer> {
  id: string;
  video_id: string;
  persona_id: string;
  summary: string;
  visual_analysis: string | null;
  key_frames: KeyFrame[];
  confidence: number;
  visual_model_used: string;
}

/** Additional fields of an answer if `enable_audio` is set. */
export interface AudioAnswer {
  audio_transcript: string | null;
  transcript_json: object;
  audio_language: string;
  speaker_count: number | null;
  audio_model_used: string;
  fusion_strategy: string;
}

export const extractClaimsRequestSchema = z.object({
  summary_id: z.string(),
  summary_text: z.string(),
  sentences: z.array(z.string()).nullish(),
  extraction_strategy: z
    .enum(['sentence-based', 'semantic-units', 'hierarchical'])
    .default('sentence-based'),
  max_claims: z.int().min(1).max(200).default(50),
  min_confidence: share.default(0.5),
  model_id: z.string().nullish(),
});
export type ExtractClaimsRequest = z.output<typeof extractClaimsRequestSchema>;

/** Offsets count UTF-16 units of the summary's text, the end exclusive. */
export interface ExtractedClaim {
  text: string;
  sentence_index: number;
  char_start: number;
  char_end: number;
  confidence: number;
  claim_type: string;
  subclaims: ExtractedClaim[];
}

export interface ExtractClaimsResponse {
  summary_id: string;
  claims: ExtractedClaim[];
  model_used: string;
  /** Seconds. */
  processing_time: number;
}

const sourceClaimSchema = z.object({
  id: z.string(),
  text: z.string(),
  confidence: share,
  get subclaims() {
    return z.array(sourceClaimSchema).default([]);
  },
});
export type SourceClaim = z.output<typeof sourceClaimSchema>;

export const synthesizeRequestSchema = z.object({
  summary_id: z.string(),
  claim_sources: z
    .array(
      z.object({
        source_id: z.string(),
        source_type: z.enum(['video', 'collection']),
        claims: z.array(sourceClaimSchema),
        metadata: z.object({ title: z.string() }).nullish(),
      }),
    )
    .min(1),
  persona_context: z.object({ role: z.string(), information_need: z.string() }).nullish(),
  synthesis_strategy: z
    .enum(['hierarchical', 'chronological', 'narrative', 'analytical'])
    .default('hierarchical'),
  /** Words. */
  max_length: z.int().min(100).max(2000).default(500),
  include_conflicts: z.boolean().default(true),
  include_citations: z.boolean().default(false),
  model_id: z.string().nullish(),
});
export type SynthesizeRequest = z.output<typeof synthesizeRequestSchema>;

export interface SynthesizeResponse {
  summary_id: string;
  /** The text in parts; joined they are the synthesis. */
  summary_gloss: { type: string; content: string }[];
  model_used: string;
  processing_time: number;
  claims_used: number;
  synthesis_metadata: {
    strategy: string;
    num_sources: number;
    conflicts_detected: number;
    /** FOVEA's service compares no claims, and does not have this field. */
    conflicts_searched: true;
    /** Our extension as well: the first of those that were found, also if the text does not tell them. */
    conflicts: { claim_ids: [string, string]; reason: string }[];
  };
}

/** One line of an answer in `application/x-ndjson`; the last has the result or the error. */
export type StreamLine =
  | { progress: number; stage: string }
  | { log: { level: 'debug' | 'info' | 'warn' | 'error'; message: string } }
  | { result: unknown }
  | { error: { status: number; detail: string } };
