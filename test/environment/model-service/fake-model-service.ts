/**
 * A fake of the one peer we do not own: FOVEA's model service, over real HTTP. It validates and answers as the service
 * does; a test sets what it says, when, and how it fails.
 * To extend it: a new endpoint belongs to its test subject, or to `endpoints` if only one test has it; a new way to
 * misbehave is a variant of `FakeAnswer` and its line in send-answer.ts.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { endpoints } from './answers.ts';
import type { FakeEndpoint } from './endpoint.ts';
import { createGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { findPydanticError } from './pydantic-error.ts';
import { sendFakeAnswer } from './send-answer.ts';
import type { FakeAnswer, FakeCall, FakeHandler } from './send-answer.ts';

export type FakePath = `/api/${string}` | '/health';

export interface FakeModelService extends AsyncDisposable {
  url: string;
  /** All calls in the order of their arrival, also those refused with a 4xx. */
  calls: readonly FakeCall[];
  /** Sets the answer to valid requests to this path, from now on. */
  answer: (path: FakePath, answer: FakeAnswer | FakeHandler) => void;
  /** Holds valid requests to this path, from now on, until the gate is opened. */
  hold: (path: FakePath) => Gate;
}

export interface FakeModelServiceOptions {
  /** Beside FOVEA's own. */
  endpoints?: readonly FakeEndpoint[];
  /** It is reached by https then, as this host. */
  tls?: { host: string; cert: string; key: string };
  /** Required of every request, as a bearer token. */
  token?: string;
}

export async function startFakeModelService({
  endpoints: more = [],
  tls,
  token,
}: FakeModelServiceOptions = {}): Promise<FakeModelService> {
  const known = new Map([...endpoints, ...more].map((it) => [it.path as string, it]));
  const calls: FakeCall[] = [];
  const handlers = new Map<string, FakeHandler>();
  const gates = new Map<string, Gate>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body: unknown = await json(request).catch(() => undefined);
    const disconnect = new AbortController();
    const { signal } = disconnect;
    const onClose = (): void => {
      if (!response.writableFinished) disconnect.abort();
    };
    response.once('close', onClose);
    const call = {
      path,
      body,
      headers: request.headers,
      signal,
      get aborted() {
        return signal.aborted;
      },
    };
    calls.push(call);
    const isAllowed = token === undefined || request.headers.authorization === `Bearer ${token}`;
    const refusal = isAllowed ? findRefusal(known, call) : unauthorized;
    if (refusal === undefined) await gates.get(path)?.wait(signal);
    const answer =
      refusal ?? (await (handlers.get(path) ?? ((it) => answerByDefault(known, it)))(call));
    if (await sendFakeAnswer(response, answer, signal)) return;
    response.off('close', onClose); // the client does not disconnect: we do
    response.destroy();
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      // The client has disconnected while the call waited at a gate.
      if (response.destroyed || response.headersSent) return void response.destroy();
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: `Internal server error: ${String(error)}` }));
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `${tls ? `https://${tls.host}` : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    calls,
    answer: (path, answer) => {
      handlers.set(path, typeof answer === 'function' ? answer : () => answer);
    },
    hold: (path) => {
      const gate = createGate();
      gates.set(path, gate);
      return gate;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const unauthorized: FakeAnswer = { status: 401, json: { detail: 'Not authenticated' } };

type KnownEndpoints = ReadonlyMap<string, FakeEndpoint>;

function findRefusal(known: KnownEndpoints, { path, body }: FakeCall): FakeAnswer | undefined {
  if (path === '/health') return undefined;
  const found = known.get(path);
  if (!found) return { status: 404, json: { detail: 'Not Found' } };
  const error = findPydanticError(found.schema, body);
  return error && { status: 422, json: error };
}

function answerByDefault(known: KnownEndpoints, { path, body }: FakeCall): FakeAnswer {
  const found = known.get(path);
  if (found) return { json: found.answer(body) };
  return {
    json: { status: 'healthy', timestamp: new Date().toISOString(), service: 'model-service' },
  };
}
