/** How the server, which is a client of this service, reads its answers: by what it expects of FOVEA's own. */
export { streamLineSchema } from '../../../src/model-service/answer.ts';
export type { StreamLine } from '../../../src/model-service/answer.ts';
export {
  extractClaimsRequestSchema,
  extractClaimsResponseSchema,
} from '../../../src/subjects/claims/wire.ts';
export type { ExtractClaimsRequest, ExtractedClaim } from '../../../src/subjects/claims/wire.ts';
export { summarizeResponseSchema } from '../../../src/subjects/summary/wire.ts';
export {
  synthesizeRequestSchema,
  synthesizeResponseSchema,
} from '../../../src/subjects/synthesis/wire.ts';
export type { SourceClaim, SynthesizeRequest } from '../../../src/subjects/synthesis/wire.ts';
