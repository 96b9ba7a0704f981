import { synthesize } from '../../src/synthesis/synthesize.ts';
import { createTextAnalyzer } from '../../src/text/analyze.ts';
import type { Work } from '../../src/work.ts';
import { synthesizeRequestSchema, synthesizeResponseSchema } from './client.ts';
import type { SourceClaim, SynthesizeRequest } from './client.ts';

const idle: Work = {
  signal: new AbortController().signal,
  step: async () => undefined,
  log: () => undefined,
};
const analyzer = createTextAnalyzer();

export function claim(text: string, subclaims: SourceClaim[] = []): SourceClaim {
  return { id: text, text, confidence: 0.8, subclaims };
}

/** A video with these claims. */
export function source(
  title: string,
  ...claims: (string | SourceClaim)[]
): SynthesizeRequest['claim_sources'][number] {
  return {
    source_id: title.toLowerCase(),
    source_type: 'video',
    claims: claims.map((item) => (typeof item === 'string' ? claim(item) : item)),
    metadata: { title },
  };
}

/** What is answered for these sources, and its text. */
export async function synthesisOf(
  sources: SynthesizeRequest['claim_sources'],
  options: Partial<SynthesizeRequest> = {},
) {
  const request = synthesizeRequestSchema.parse({
    summary_id: 's',
    claim_sources: sources,
    ...options,
  });
  const answer = synthesizeResponseSchema.parse(
    await synthesize(request, { analyzer, work: idle }),
  );
  return { ...answer, text: answer.summary_gloss.map(({ content }) => content).join('') };
}

export const news = source(
  'Evening News',
  'The new bridge cost 48 million euros.',
  'The ferry sails at noon.',
  'A storm damaged the east pier.',
);
export const report = source(
  'Audit Report',
  'The bridge cost 63 million euros.',
  'The ferry sails at noon.',
  'Workers repaired four gates.',
);
