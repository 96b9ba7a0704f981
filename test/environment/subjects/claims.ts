import type { z } from 'zod';
import { claimExtraction } from '../../../src/subjects/claims/job.ts';
import { extractClaims } from '../../../src/subjects/claims/wire.ts';
import type {
  ExtractClaimsResponse,
  ExtractedClaim,
  extractClaimsRequestSchema,
} from '../../../src/subjects/claims/wire.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import { summaryFields } from './summary.ts';
import type { TestSubject } from './test-subject.ts';

export const claims: TestSubject = {
  job: {
    definition: claimExtraction,
    endpoint: fakeEndpoint(extractClaims, answer),
    ids: { job: 'extractionJobId', result: 'extractionId' },
    resultFields: `id totalClaims claims { id text } summary { ${summaryFields} }`,
  },
};

function answer(request: z.output<typeof extractClaimsRequestSchema>): ExtractClaimsResponse {
  const { summary_id, summary_text, extraction_strategy, max_claims, min_confidence } = request;
  const sentences = [...summary_text.matchAll(/[^.!?\s][^.!?]*[.!?]?/g)];
  const claims = sentences.map(({ 0: text, index }, sentence): ExtractedClaim => {
    const whole = claim(text, index, sentence, 0.9);
    if (extraction_strategy !== 'hierarchical') return whole;
    const parts = text.matchAll(/[^,\s][^,]*/g);
    whole.subclaims = [...parts].map((part) => claim(part[0], index + part.index, sentence, 0.8));
    return whole;
  });
  return {
    summary_id,
    claims: claims.filter(({ confidence }) => confidence >= min_confidence).slice(0, max_claims),
    model_used: 'qwen-2-5-7b',
    processing_time: 12.4,
  };
}

function claim(text: string, start: number, sentence: number, confidence: number): ExtractedClaim {
  return {
    text,
    sentence_index: sentence,
    char_start: start,
    char_end: start + text.length,
    confidence,
    claim_type: null,
    subclaims: [],
  };
}
