import { z } from 'zod';
import { count, label, modelId, reason, share } from '../../model-service/fields.ts';

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

/** Conflicts that are kept of one synthesis. */
export const maxConflicts = 100;

const conflictSchema = z.object({ claim_ids: z.tuple([z.string(), z.string()]), reason });

export const synthesizeResponseSchema = z.object({
  summary_id: z.string(),
  /** The text in parts; joined they are the synthesis. */
  summary_gloss: z.array(glossPartSchema).default([]),
  model_used: label,
  processing_time: z.number(),
  claims_used: count,
  /** Free-form: fields of an unknown format are ignored. */
  synthesis_metadata: z
    .object({
      strategy: label.optional().catch(undefined),
      num_sources: count.optional().catch(undefined),
      conflicts_detected: count.optional().catch(undefined),
      /**
       * Our extension: whether the service has compared the claims. FOVEA's service does not; it only counts conflicts that the
       * request contains, and ours contain none.
       */
      conflicts_searched: z.boolean().optional().catch(undefined),
      /** Our extension: which claims contradict each other, by the ids in the request. */
      conflicts: z.array(conflictSchema).max(maxConflicts).optional().catch(undefined),
    })
    .default({}),
});
export type SynthesizeResponse = z.output<typeof synthesizeResponseSchema>;

export const synthesize = {
  name: 'synthesize',
  path: 'api/synthesize-summary',
  request: synthesizeRequestSchema,
  response: synthesizeResponseSchema,
};
