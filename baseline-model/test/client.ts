/** How the server, which is a client of this service, reads its answers: by what it expects of FOVEA's own. */
export {
  extractClaimsRequestSchema,
  extractClaimsResponseSchema,
  streamLineSchema,
  summarizeResponseSchema,
  synthesizeRequestSchema,
  synthesizeResponseSchema,
} from '../../src/model-service/contract.ts';
export type {
  ExtractClaimsRequest,
  ExtractedClaim,
  SourceClaim,
  StreamLine,
  SynthesizeRequest,
} from '../../src/model-service/contract.ts';
