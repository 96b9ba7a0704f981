import { z } from 'zod';

/** Characters kept of a name: of a model, a language, a kind. */
const maxLabelLength = 200;

/**
 * The HTTP contract of FOVEA's model service (FastAPI, pydantic): paths below `/api`, JSON in snake_case.
 * Requests are built by us, so they are types only; answers come from a peer, so they are parsed. Unknown fields are
 * dropped, and what the service may leave out or set to null is `nullish`.
 */

/** A whole number as `integer` of PostgreSQL and Int of GraphQL hold it. */
const integer = z.int32();
const count = integer.min(0);
/** A number from 0 to 1. */
const share = z.number().min(0).max(1);

/** A name; what is longer is cut, as no answer is worth less for it. */
const label = z.string().transform((text) => text.slice(0, maxLabelLength).toWellFormed());

/**
 * Our extension: which model to use. It is sent only where a caller asked for one, as FOVEA's service has no such field: its
 * releases before 0.3 ignore it, later ones refuse it.
 */
const modelId = z.string().nullish();

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

export const extractClaimsRequestSchema = z.object({
  summary_id: z.string(),
  summary_text: z.string(),
  sentences: z.array(z.string()).nullish(),
  extraction_strategy: z
    .enum(['sentence-based', 'semantic-units', 'hierarchical'])
    .default('sentence-based'),
  max_claims: z.int().min(1).max(200).default(50),
  min_confidence: share.default(0.5),
  model_id: modelId,
});
export type ExtractClaimsRequest = z.input<typeof extractClaimsRequestSchema>;

/** A claim and what it is made of, to any depth. Offsets count UTF-16 units of the summary's text, end exclusive. */
export const extractedClaimSchema = z.object({
  text: z.string(),
  sentence_index: integer.nullish(),
  char_start: integer.nullish(),
  char_end: integer.nullish(),
  confidence: share,
  claim_type: label.nullish(),
  get subclaims() {
    return z.array(extractedClaimSchema).default([]);
  },
});
export type ExtractedClaim = z.output<typeof extractedClaimSchema>;

export const extractClaimsResponseSchema = z.object({
  summary_id: z.string(),
  claims: z.array(extractedClaimSchema).default([]),
  model_used: label,
  /** Seconds. */
  processing_time: z.number(),
});
export type ExtractClaimsResponse = z.output<typeof extractClaimsResponseSchema>;

/** A claim as it goes into a synthesis; the service reads these fields of a free object. */
export const sourceClaimSchema = z.object({
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
  model_id: modelId,
});
export type SynthesizeRequest = z.input<typeof synthesizeRequestSchema>;

/** A part of a text; FOVEA's service promises no more than an object. */
const glossPartSchema = z.object({
  type: z.string().catch('text'),
  content: z.string().catch(''),
});

export const synthesizeResponseSchema = z.object({
  summary_id: z.string(),
  /** The text in parts; joined they are the synthesis. */
  summary_gloss: z.array(glossPartSchema).default([]),
  model_used: label,
  processing_time: z.number(),
  claims_used: count,
  /** Free-form: what is not as we know it counts as not said. */
  synthesis_metadata: z
    .object({
      strategy: label.optional().catch(undefined),
      num_sources: count.optional().catch(undefined),
      conflicts_detected: count.optional().catch(undefined),
      /**
       * Our extension: it has compared the claims. FOVEA's service does not; it counts those of the conflicts that the
       * request tells it of, and we know of none.
       */
      conflicts_searched: z.boolean().optional().catch(undefined),
    })
    .default({}),
});
export type SynthesizeResponse = z.output<typeof synthesizeResponseSchema>;

/**
 * One line of `application/x-ndjson`, our extension: a service that can report progress answers in lines, the last of
 * which is the result or an error. `status` is the HTTP status that a plain answer would have had.
 */
export const streamLineSchema = z.union([
  z.object({ progress: share, stage: z.string().optional() }),
  z.object({
    log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
  }),
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ status: z.int(), detail: z.unknown() }) }),
]);
export type StreamLine = z.output<typeof streamLineSchema>;
