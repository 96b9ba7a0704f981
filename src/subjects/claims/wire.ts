import { z } from 'zod';
import { integer, label, modelId, share } from '../../model-service/fields.ts';

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

export const extractClaims = {
  name: 'extract_claims',
  path: 'api/extract-claims',
  request: extractClaimsRequestSchema,
  response: extractClaimsResponseSchema,
};
