import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { extractClaimsRequestSchema } from '../../../src/subjects/claims/wire.ts';
import { summarizeRequestSchema } from '../../../src/subjects/summary/wire.ts';
import { synthesizeRequestSchema } from '../../../src/subjects/synthesis/wire.ts';
import type { ExtractClaimsResponse, ExtractedClaim } from '../../../src/subjects/claims/wire.ts';
import type { SummarizeResponse } from '../../../src/subjects/summary/wire.ts';
import type { SourceClaim, SynthesizeResponse } from '../../../src/subjects/synthesis/wire.ts';
import type { FakeCall, FakeHandler, FakeLine } from './send-answer.ts';

const model = 'qwen-2-5-7b';

/** The default answer of each endpoint to a valid request. */
export const endpoints = {
  '/api/summarize': endpoint(summarizeRequestSchema, summarize),
  '/api/extract-claims': endpoint(extractClaimsRequestSchema, extractClaims),
  '/api/synthesize-summary': endpoint(synthesizeRequestSchema, synthesize),
};

/** The default answer to this call. */
export function defaultAnswer(
  path: keyof typeof endpoints,
  { body }: Pick<FakeCall, 'body'>,
): { json: object } {
  return { json: endpoints[path].answer(body) };
}

/** For `answer`: streams these lines, and then the default result. */
export function streamAnswer(path: keyof typeof endpoints, lines: FakeLine[]): FakeHandler {
  return ({ body }) => ({ lines: [...lines, { result: endpoints[path].answer(body) }] });
}

export function endpoint<Schema extends z.ZodType>(
  schema: Schema,
  answer: (request: z.output<Schema>) => object,
) {
  return { schema, answer: (body: unknown) => answer(schema.parse(body)) };
}

function summarize(request: z.output<typeof summarizeRequestSchema>): SummarizeResponse {
  const { video_id, persona_id, persona_role, enable_audio, audio_language } = request;
  const transcript = 'Welcome to the harbour.';
  const audio = {
    audio_transcript: transcript,
    transcript_json: {
      segments: [{ start: 0, end: 2.5, text: transcript, speaker: null, confidence: 0.9 }],
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

function extractClaims(
  request: z.output<typeof extractClaimsRequestSchema>,
): ExtractClaimsResponse {
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
    model_used: model,
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

function synthesize(request: z.output<typeof synthesizeRequestSchema>): SynthesizeResponse {
  const { summary_id, claim_sources, synthesis_strategy } = request;
  const claims = claim_sources.flatMap((source) => source.claims);
  return {
    summary_id,
    summary_gloss: [{ type: 'text', content: claims.map(({ text }) => text).join(' ') }],
    model_used: model,
    processing_time: 20.1,
    claims_used: countClaims(claims),
    synthesis_metadata: {
      strategy: synthesis_strategy,
      num_sources: claim_sources.length,
      conflicts_detected: 0,
    },
  };
}

function countClaims(claims: SourceClaim[]): number {
  return claims.reduce((count, { subclaims }) => count + 1 + countClaims(subclaims), 0);
}
