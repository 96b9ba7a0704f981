import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { LiveOperation, Payload } from '../graphql/execution/live-operation.ts';
import { serialise } from '../graphql/execution/live-operation.ts';
import type { Delivery } from '../metrics.ts';
import type { Heartbeat } from './heartbeat.ts';
import { Pump } from './pump.ts';
import { Wire } from './wire.ts';

/** Beats that a client may leave unread before its connection is cut; it can come back and go on from where it was. */
const maxUnreadBeats = 6;

/** How a protocol says things over an HTTP answer that does not end. */
export interface StreamFormat {
  contentType: string;
  /** What is sent at once, so that proxies and browsers know that it has begun. */
  opening: Buffer;
  ping: Buffer;
  next: (payload: Payload) => Buffer;
  /** The same as a chunk of HTTP/1.1's chunked transfer coding. */
  nextChunk: (payload: Payload) => Buffer;
  complete: Buffer;
}

/** What streams of one transport share. */
export interface StreamUse {
  heartbeat: Heartbeat;
  delivery: Delivery;
}

/** Adds what follows from the rest. */
export function defineFormat(format: Omit<StreamFormat, 'nextChunk'>): StreamFormat {
  return { ...format, nextChunk: (payload) => toChunk(frameOf(payload, format.next)) };
}

function toChunk(frame: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, lineEnd]);
}

const lineEnd = Buffer.from('\r\n');

/** Proxies are told neither to hold nor to change what passes. */
const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

/** Sends a subscription as the answer to a request, until it ends or the client goes away. */
export function stream(
  request: IncomingMessage,
  response: ServerResponse,
  live: LiveOperation,
  format: StreamFormat,
  { heartbeat, delivery }: StreamUse,
): void {
  // The client may have gone while its subscription was made.
  if (response.destroyed) return live.feed.close();
  const wire = openStream(request, response, format, { heartbeat, delivery });
  const { socket } = request;
  // Past Node's own chunking, which makes three writes of one, for each client anew.
  const canShareChunks = response.socket === socket && response.chunkedEncoding;
  const pump = new Pump(live, wire, delivery, {
    send: canShareChunks
      ? (payload) => wire.write(frameOf(payload, format.nextChunk))
      : (payload) => response.write(frameOf(payload, format.next)),
    end: (error) => {
      if (error) response.write(format.next(serialise({ errors: [error] }, undefined)));
      response.end(format.complete);
    },
  });
  response.once('close', () => pump.stop());
}

/** Sends one result as a stream that ends with it. */
export function streamOnce(
  response: ServerResponse,
  result: FormattedExecutionResult,
  format: StreamFormat,
): void {
  response.writeHead(200, { 'content-type': format.contentType, ...streamHeaders });
  response.write(format.opening);
  response.write(format.next(serialise(result, undefined)));
  response.end(format.complete);
}

/** Begins a stream, and keeps it alive until it is closed. */
export function openStream(
  { socket }: IncomingMessage,
  response: ServerResponse,
  format: Pick<StreamFormat, 'contentType' | 'opening' | 'ping'>,
  { heartbeat, delivery }: StreamUse,
): Wire {
  response.writeHead(200, { 'content-type': format.contentType, ...streamHeaders });
  response.write(format.opening);
  const wire = new Wire(socket);
  let unread = 0;
  const stop = heartbeat.add(() => {
    unread = wire.isReady ? 0 : unread + 1;
    if (unread > maxUnreadBeats) response.destroy();
    else if (unread === 0) response.write(format.ping);
  });
  delivery.connections += 1;
  response.once('close', () => {
    delivery.connections -= 1;
    stop();
  });
  return wire;
}

/** What a transport makes of a payload, made once for all who are sent it. */
export function frameOf<Frame extends Buffer | string>(
  payload: Payload,
  make: (payload: Payload) => Frame,
): Frame {
  const known = payload.frames.get(make);
  if (known !== undefined) return known as Frame;
  const frame = make(payload);
  payload.frames.set(make, frame);
  return frame;
}
