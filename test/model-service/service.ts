import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { JobFailure } from '../../src/errors.ts';
import { createModelService as createClient } from '../../src/model-service/client.ts';
import type { ModelCall, ModelServiceOptions } from '../../src/model-service/client.ts';
import { extractClaims } from '../../src/subjects/claims/wire.ts';
import { summarize as summarizeEndpoint } from '../../src/subjects/summary/wire.ts';
import type { SummarizeRequest } from '../../src/subjects/summary/wire.ts';
import { synthesize } from '../../src/subjects/synthesis/wire.ts';

export const request: SummarizeRequest = { video_id: 'v1', persona_id: 'p1' };
export const secret = 'SECRET-PROMPT';

/** As FOVEA answers: fields that we do not know, nulls, and a claim-free rest left out. */
export const summary = {
  id: '0b7e0c5e-5f0e-4c55-9f43-0d3a4a1f2b11',
  video_id: 'v1',
  persona_id: 'p1',
  summary: 'A whale — 🐋 — surfaces.',
  visual_analysis: null,
  audio_transcript: null,
  key_frames: [
    { frame_number: 30, timestamp: 1, description: 'Key frame', confidence: 0.8, thumbnail: 'x' },
  ],
  confidence: 0.85,
  transcript_json: { segments: [{ start: 0, end: 1, text: 'a', speaker: null, confidence: 1 }] },
  speaker_count: null,
  processing_time_visual: 12.5,
  gpu: 'A100',
};

export type Handler = (incoming: IncomingMessage, response: ServerResponse) => unknown;
export type ModelService = ReturnType<typeof createModelService>;

/** The client with the calls that jobs make, until the test ends. */
export function createModelService(options: ModelServiceOptions) {
  const client = createClient(options);
  onTestFinished(() => client[Symbol.asyncDispose]());
  return { ...client, ...client.bind({ summarize: summarizeEndpoint, extractClaims, synthesize }) };
}

/** Listens until the test ends; returns the URL. */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The client of a service that answers by this handler. */
export async function connect(
  handler: Handler,
  options: Partial<ModelServiceOptions> = {},
): Promise<ModelService> {
  const server = createServer((incoming, response) => void handler(incoming, response));
  return createModelService({ url: await listen(server), ...options });
}

export async function connectTcp(onSocket: (socket: Socket) => void): Promise<ModelService> {
  return createModelService({ url: await listen(createTcpServer(onSocket)) });
}

export const newCall = (call: Partial<ModelCall> = {}): ModelCall => ({
  signal: new AbortController().signal,
  ...call,
});

export const summarize = (service: ModelService, call?: Partial<ModelCall>) =>
  service.summarize(request, newCall(call));

/** The failure of a call, which must not say what a client may not read. */
export async function failureOf(promise: Promise<unknown>): Promise<JobFailure> {
  const failure = await promise.then(
    () => new Error('it resolved'),
    (error: unknown) => error,
  );
  if (!(failure instanceof JobFailure)) throw failure;
  expect(JSON.stringify([failure.message, failure.cause])).not.toMatch(
    /SECRET|127\.0\.0\.1|\/data/,
  );
  return failure;
}

export const replyJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

export const ndjson = (lines: unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

export function startLines(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
}
