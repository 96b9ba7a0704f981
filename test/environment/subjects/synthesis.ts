import type { z } from 'zod';
import { claimSynthesis } from '../../../src/subjects/synthesis/job.ts';
import { synthesize } from '../../../src/subjects/synthesis/wire.ts';
import type {
  SourceClaim,
  SynthesizeResponse,
  synthesizeRequestSchema,
} from '../../../src/subjects/synthesis/wire.ts';
import { fakeEndpoint } from '../model-service/endpoint.ts';
import { summaryFields } from './summary.ts';
import type { TestSubject } from './test-subject.ts';

const resultFields = `id text claimsUsed createdAt summaries { ${summaryFields} }`;

export const synthesis: TestSubject = {
  job: {
    definition: claimSynthesis,
    endpoint: fakeEndpoint(synthesize, answer),
    ids: { job: 'synthesisJobId', result: 'synthesisId' },
    resultFields,
  },
  actions: {
    claimSynthesis: [
      {
        circle: 'viewers',
        selection: resultFields,
        variables: ({ synthesisId }) => ({ id: synthesisId }),
      },
    ],
  },
};

function answer(request: z.output<typeof synthesizeRequestSchema>): SynthesizeResponse {
  const { summary_id, claim_sources, synthesis_strategy } = request;
  const claims = claim_sources.flatMap((source) => source.claims);
  return {
    summary_id,
    summary_gloss: [{ type: 'text', content: claims.map(({ text }) => text).join(' ') }],
    model_used: 'qwen-2-5-7b',
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
