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
  /** Resolves if the service answers that it is up; rejects with a JobFailure otherwise. */
  health: (signal?: AbortSignal) => Promise<void>;
  /** Whether an endpoint is there; where only `health` is, the address is another service's, or a part of it. */
  hasEndpoint: (
    endpoint: Pick<Endpoint<unknown, unknown>, 'path'>,
    signal: AbortSignal,
  ) => Promise<boolean>;
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
  const send = async (endpoint: Endpoint<unknown, unknown>, request: unknown, call: ModelCall) => {
    const { mediaPolicy } = options;
    const located = mediaPolicy ? await locateMedia(endpoint, request, mediaPolicy) : request;
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

/** The request with its video as the service finds it; throws a JobFailure where it is not to be sent there. */
async function locateMedia(
  { mediaPath: field }: Endpoint<unknown, unknown>,
  request: unknown,
  mediaPolicy: MediaPolicy,
): Promise<unknown> {
  const fields = request as Record<string, unknown>;
  const path = field === undefined ? undefined : fields[field];
  if (field === undefined || typeof path !== 'string' || path === '') return request;
  const refusal = await mediaPolicy.check(path);
  if (refusal) throw refusedPath(refusal);
  return { ...fields, [field]: mediaPolicy.locate(path) };
}
