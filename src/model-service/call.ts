import { request as send, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { JobFailure } from '../errors.ts';
import { withAbortTimeout, TimeoutError } from '../platform/timeout.ts';
import { readAnswer, readBytes, type AnswerListeners } from './answer.ts';
import type { Redact } from './error-detail.ts';
import { badAnswer, badRequest, connectionFailure, timeoutFailure } from './failures.ts';
import { ErrorAnswer, statusFailure } from './status-failure.ts';
import type { AnswerContext } from './status-failure.ts';

export interface Peer {
  /** Ends with a slash. */
  url: string;
  timeoutMs: number;
  dispatcher: Dispatcher;
  /** Bearer token; null: none is sent. */
  token: string | null;
  /** Removes secrets, such as the token, from what the service says. */
  redact: Redact;
  /** Called after each call with its endpoint, outcome and duration. */
  onCall?: ((endpoint: string, outcome: string, seconds: number) => void) | undefined;
}

export interface Endpoint<Request, Answer> {
  /** For metrics. */
  name: string;
  path: string;
  request: z.ZodType<unknown, Request>;
  response: z.ZodType<Answer>;
  /** The field of the request that holds the path of a video, which the media policy checks. */
  mediaPath?: string;
  /**
   * For a route that takes no path: the field that names the video, and the one with its path, which is not sent. A file that
   * is directly in the media folder is named as it is called there, without its extension.
   */
  mediaName?: { name: string; path: string };
}

/** Endpoints by the names of their functions. */
export type Endpoints = Record<string, Endpoint<unknown, unknown>>;

/** A call rejects with a JobFailure, or, if its signal is aborted, with the signal's reason. */
export type EndpointCalls<Called extends Endpoints> = {
  [Name in keyof Called]: (
    request: z.input<Called[Name]['request']>,
    call: ModelCall,
  ) => Promise<z.output<Called[Name]['response']>>;
};

export interface ModelCall extends AnswerListeners {
  /** Aborting closes the connection; the service learns of it only by that. */
  signal: AbortSignal;
  timeoutMs?: number | undefined;
}

const healthTimeoutMs = 5_000;

/** No more of an error's body is read. */
const maxErrorBytes = 64 * 1024;

/** Posts a request and parses its answer, both by the endpoint's schemas. */
export async function callModelService<Request, Answer>(
  peer: Peer,
  endpoint: Endpoint<Request, Answer>,
  request: Request,
  call: ModelCall,
): Promise<Answer> {
  const begunAt = performance.now();
  let outcome = 'ok';
  try {
    return await post(peer, endpoint, request, call);
  } catch (error) {
    outcome = error instanceof JobFailure && !call.signal.aborted ? error.code : 'aborted';
    throw error;
  } finally {
    peer.onCall?.(endpoint.name, outcome, (performance.now() - begunAt) / 1_000);
  }
}

async function post<Request, Answer>(
  peer: Peer,
  endpoint: Endpoint<Request, Answer>,
  request: Request,
  call: ModelCall,
): Promise<Answer> {
  const parsed = endpoint.request.safeParse(request);
  if (!parsed.success) throw badRequest(parsed.error);
  const body = JSON.stringify(parsed.data, withoutNull);
  const context = { request: parsed.data, redact: peer.redact };
  const listeners = redactListeners(call, peer.redact);
  const answer = await withTimeout(
    call.signal,
    call.timeoutMs ?? peer.timeoutMs,
    async (signal) => {
      const response = await exchange(peer, { method: 'POST', path: endpoint.path, body, signal });
      return readAnswer(response, listeners);
    },
  ).catch((error: unknown) => rethrowAsFailure(error, context));
  const result = endpoint.response.safeParse(answer);
  if (!result.success) throw badAnswer('is not of the agreed shape', result.error);
  return result.data;
}

/** Resolves if `/health` answers 2xx within 5 s. */
export async function checkModelService(peer: Peer, signal?: AbortSignal): Promise<void> {
  const caller = signal ?? new AbortController().signal;
  await withTimeout(caller, healthTimeoutMs, async (limited) => {
    const { body } = await exchange(peer, { method: 'GET', path: 'health', signal: limited });
    await readBytes(body, maxErrorBytes);
  }).catch((error: unknown) =>
    rethrowAsFailure(error, { request: undefined, redact: peer.redact }),
  );
}

/** Whether there is a route at an endpoint's path. GET makes the service refuse instead of doing work. */
export async function hasEndpoint(peer: Peer, path: string, signal: AbortSignal): Promise<boolean> {
  return withTimeout(signal, healthTimeoutMs, async (limited) => {
    const { body } = await exchange(peer, { method: 'GET', path, signal: limited });
    await readBytes(body, maxErrorBytes);
    return true;
  }).catch((error: unknown) => {
    if (error instanceof ErrorAnswer) return error.status !== 404;
    throw error;
  });
}

/** Stages and log lines go to the owner of the job, so they are redacted like errors. */
function redactListeners({ onProgress, onLog }: AnswerListeners, redact: Redact): AnswerListeners {
  return {
    onProgress: onProgress && ((share, stage) => onProgress(share, stage && redact(stage))),
    onLog: onLog && ((level, message) => onLog(level, redact(message))),
  };
}

function rethrowAsFailure(error: unknown, context: AnswerContext): never {
  throw error instanceof ErrorAnswer ? statusFailure(error, context) : error;
}

// pydantic rejects null in fields that have a default, but accepts their absence.
function withoutNull(_key: string, value: unknown): unknown {
  return value ?? undefined;
}

interface Exchange {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  signal: AbortSignal;
}

/** Sends a request; resolves with the response once its head is there, throws ErrorAnswer unless the status is 2xx. */
async function exchange(
  peer: Peer,
  { path, ...options }: Exchange,
): Promise<Dispatcher.ResponseData> {
  const headers = {
    accept: 'application/x-ndjson, application/json',
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    // Redirects are not followed, so no other host gets the token.
    ...(peer.token === null ? {} : { authorization: `Bearer ${peer.token}` }),
  };
  const url = new URL(path, peer.url);
  const response = await send(url, { ...options, headers, dispatcher: peer.dispatcher }).catch(
    (error: unknown) => {
      throw connectionFailure(error);
    },
  );
  if (response.statusCode >= 200 && response.statusCode < 300) return response;
  throw new ErrorAnswer(response.statusCode, await readDetail(response), response.headers);
}

/** The `detail` of FastAPI's error bodies; undefined if it cannot be read, as the status is enough. */
async function readDetail(response: Dispatcher.ResponseData): Promise<unknown> {
  try {
    const body: unknown = JSON.parse((await readBytes(response.body, maxErrorBytes)).toString());
    return typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  } catch {
    return undefined;
  }
}

async function withTimeout<T>(
  caller: AbortSignal,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withAbortTimeout(caller, timeoutMs, run);
  } catch (error) {
    throw error instanceof TimeoutError ? timeoutFailure(timeoutMs) : error;
  }
}
