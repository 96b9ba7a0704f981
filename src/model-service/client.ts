import { Agent } from 'undici';
import { callModelService, checkModelService, hasEndpoint } from './call.ts';
import type { ModelCall, Peer } from './call.ts';
import {
  extractClaimsRequestSchema,
  extractClaimsResponseSchema,
  summarizeRequestSchema,
  summarizeResponseSchema,
  synthesizeRequestSchema,
  synthesizeResponseSchema,
  type ExtractClaimsRequest,
  type ExtractClaimsResponse,
  type SummarizeRequest,
  type SummarizeResponse,
  type SynthesizeRequest,
  type SynthesizeResponse,
} from './contract.ts';
import type { Redact } from './error-detail.ts';
import { refusedPath } from './failures.ts';
import type { MediaPolicy } from './media-path.ts';

export type { ModelCall } from './call.ts';

/** A call rejects with a JobFailure of its class, or, when its signal aborts, with the signal's reason. */
export interface ModelService extends AsyncDisposable {
  summarize: (request: SummarizeRequest, call: ModelCall) => Promise<SummarizeResponse>;
  extractClaims: (request: ExtractClaimsRequest, call: ModelCall) => Promise<ExtractClaimsResponse>;
  synthesize: (request: SynthesizeRequest, call: ModelCall) => Promise<SynthesizeResponse>;
  /** Resolves if the service answers that it is up; rejects with a JobFailure otherwise. */
  health: (signal?: AbortSignal) => Promise<void>;
  /** Whether what jobs ask is there; where only `health` is, the address is another service's, or a part of it. */
  hasEndpoints: (signal: AbortSignal) => Promise<boolean>;
}

export interface ModelServiceOptions {
  /** Where `/health` and `/api` are. */
  url: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | null | undefined;
  /** Takes secrets out of what the service says, before anybody reads it; nothing if absent. */
  redact?: Redact | undefined;
  /** Certificates in PEM that vouch for it at https; null or absent: those that Node.js trusts. */
  ca?: string | null | undefined;
  /** Refuses paths of videos, those of rows that are older than it too; absent: all are sent as they are. */
  mediaPolicy?: MediaPolicy | undefined;
  /** For a call that names none; 10 minutes if absent. */
  timeoutMs?: number | undefined;
  /** Told of each call: its endpoint, `ok`, `aborted` or the code of its failure, and how long it took. */
  onCall?: ((endpoint: string, outcome: string, seconds: number) => void) | undefined;
  /** How many calls may be under way at once, others wait; no limit if absent. */
  connections?: number | undefined;
}

const defaultTimeoutMs = 600_000;

const summarize = {
  name: 'summarize',
  path: 'api/summarize',
  request: summarizeRequestSchema,
  response: summarizeResponseSchema,
};
const extractClaims = {
  name: 'extract_claims',
  path: 'api/extract-claims',
  request: extractClaimsRequestSchema,
  response: extractClaimsResponseSchema,
};
const synthesize = {
  name: 'synthesize',
  path: 'api/synthesize-summary',
  request: synthesizeRequestSchema,
  response: synthesizeResponseSchema,
};

/** As they are counted. */
export const endpointNames = [summarize, extractClaims, synthesize].map(({ name }) => name);

/** The client of the model service; disposing it cuts the calls under way. */
export function createModelService(options: ModelServiceOptions): ModelService {
  const dispatcher = new Agent({
    connections: options.connections ?? null,
    // undici's 300 s would cut a slow model's call; the deadline of each call is the only limit.
    headersTimeout: 0,
    bodyTimeout: 0,
    // No keep-alive: calls are minutes apart, and a connection that the service closes meanwhile fails the next one.
    pipelining: 0,
    allowH2: false,
    ...(options.ca ? { connect: { ca: options.ca } } : {}),
  });
  const peer: Peer = {
    url: options.url.endsWith('/') ? options.url : `${options.url}/`,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    dispatcher,
    token: options.token ?? null,
    redact: options.redact ?? ((text) => text),
    onCall: options.onCall,
  };
  return {
    summarize: async (request, call) => {
      const { mediaPolicy } = options;
      const located = mediaPolicy ? await locateVideo(request, mediaPolicy) : request;
      return callModelService(peer, summarize, located, call);
    },
    extractClaims: (request, call) => callModelService(peer, extractClaims, request, call),
    synthesize: (request, call) => callModelService(peer, synthesize, request, call),
    health: (signal) => checkModelService(peer, signal),
    hasEndpoints: (signal) => hasEndpoint(peer, summarize.path, signal),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

async function locateVideo(
  request: SummarizeRequest,
  mediaPolicy: MediaPolicy,
): Promise<SummarizeRequest> {
  const { video_path: path } = request;
  if (!path) return request;
  const refusal = await mediaPolicy.check(path);
  if (refusal) throw refusedPath(refusal);
  return { ...request, video_path: mediaPolicy.locate(path) };
}
