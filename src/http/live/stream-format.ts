import type { Payload } from '../../graphql/execution/live-operation.ts';

/** How a protocol says things over an HTTP answer that goes on. */
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

/** Adds what follows from the rest. */
export function defineFormat(format: Omit<StreamFormat, 'nextChunk'>): StreamFormat {
  return { ...format, nextChunk: (payload) => toChunk(frameOf(payload, format.next)) };
}

function toChunk(frame: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, lineEnd]);
}

const lineEnd = Buffer.from('\r\n');

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
