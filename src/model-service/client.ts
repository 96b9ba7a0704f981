import { Agent } from 'undici';
import { callModelService, checkModelService, hasEndpoint } from './call.ts';
import type { Endpoint, EndpointCalls, Endpoints, ModelCall, Peer } from './call.ts';
import type { Redact } from './error-detail.ts';
import { refusedPath } from './failures.ts';
import type { MediaPolicy } from './media-path.ts';

export type { EndpointCalls, Endpoints, ModelCall } from './call.ts';

export interface ModelService extends AsyncDisposable {
  /** Functions that call these endpoints, under the same names. */
  bind: <Called extends Endpoints>(endpoints: Called) => EndpointCalls<Called>;
  /** Resolves if the service is healthy; rejects with a JobFailure otherwise. */
  health: (signal?: AbortSignal) => Promise<void>;
  /** Whether an endpoint exists; an address with `health` alone is wrong. */
  hasEndpoint: (
    endpoint: Pick<Endpoint<unknown, unknown>, 'path'>,
    signal: AbortSignal,
  ) => Promise<boolean>;
}

export interface ModelServiceOptions {
  /** The URL below which `/health` and `/api` are. */
  url: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | null | undefined;
  /** Removes secrets from what the service says; nothing is removed if absent. */
  redact?: Redact | undefined;
  /** Certificates in PEM that verify it at https; null or absent: those that Node.js trusts. */
  ca?: string | null | undefined;
  /** Checks paths of videos, also those that were registered under another policy; absent: all are sent as they are. */
  mediaPolicy?: MediaPolicy | undefined;
  /** Default timeout of a call; 10 minutes if absent. */
  timeoutMs?: number | undefined;
  /** Called after each call with its endpoint, outcome (`ok`, `aborted` or the code of its failure) and duration. */
  onCall?: ((endpoint: string, outcome: string, seconds: number) => void) | undefined;
  /** Maximum simultaneous calls, others wait; no limit if absent. */
  connections?: number | undefined;
}

const defaultTimeoutMs = 600_000;

/** The client of the model service; disposing it aborts pending calls. */
export function createModelService(options: ModelServiceOptions): ModelService {
  const dispatcher = new Agent({
    connections: options.connections ?? null,
    // undici's 300 s would abort the call of a slow model; the timeout of each call is the only limit.
    headersTimeout: 0,
    bodyTimeout: 0,
    // No keep-alive: calls are minutes apart, and a connection that the service closes meanwhile would fail the next call.
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
  const send = async (endpoint: Endpoint<unknown, unknown>, request: unknown, call: ModelCall) => {
    const { mediaPolicy } = options;
    const located = mediaPolicy
      ? await resolveMedia(endpoint, request, mediaPolicy)
      : withoutUnsent(endpoint, request);
    return callModelService(peer, endpoint, located, call);
  };
  return {
    bind: <Called extends Endpoints>(endpoints: Called) =>
      Object.fromEntries(
        Object.entries(endpoints).map(([name, endpoint]) => [
          name,
          (request: unknown, call: ModelCall) => send(endpoint, request, call),
        ]),
      ) as EndpointCalls<Called>,
    health: (signal) => checkModelService(peer, signal),
    hasEndpoint: ({ path }, signal) => hasEndpoint(peer, path, signal),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** The request with its video as the service finds it; throws a JobFailure if the policy refuses the path. */
async function resolveMedia(
  { mediaPath, mediaName }: Endpoint<unknown, unknown>,
  request: unknown,
  mediaPolicy: MediaPolicy,
): Promise<unknown> {
  const fields = request as Record<string, unknown>;
  const field = mediaPath ?? mediaName?.path;
  const path = field === undefined ? undefined : fields[field];
  if (field === undefined || typeof path !== 'string' || path === '') return request;
  const refusal = await mediaPolicy.check(path);
  if (refusal) throw refusedPath(refusal);
  if (!mediaName) return { ...fields, [field]: mediaPolicy.locate(path) };
  const name = mediaPolicy.nameOf(path) ?? fields[mediaName.name];
  return withoutUnsent({ mediaName }, { ...fields, [mediaName.name]: name });
}

/** The request without a path that only decides the name of its video. */
function withoutUnsent(
  { mediaName }: Pick<Endpoint<unknown, unknown>, 'mediaName'>,
  request: unknown,
): unknown {
  return mediaName ? { ...(request as object), [mediaName.path]: undefined } : request;
}
