import type { Payload } from '../../graphql/execution/shared-subscriptions.ts';

/** A protocol's messages over a streamed HTTP response. */
export interface StreamFormat {
  contentType: string;
  /** Sent at once, so that proxies and browsers know that the stream has begun. */
  opening: Buffer;
  ping: Buffer;
  next: (payload: Payload) => Buffer;
  /** The same as a chunk of HTTP/1.1's chunked transfer coding. */
  nextChunk: (payload: Payload) => Buffer;
  complete: Buffer;
}

function defineFormat(format: Omit<StreamFormat, 'nextChunk'>): StreamFormat {
  return { ...format, nextChunk: (payload) => toChunk(frameOf(payload, format.next)) };
}

function toChunk(frame: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, lineEnd]);
}

const lineEnd = Buffer.from('\r\n');

/** Formats a payload once for all its receivers. */
export function frameOf<Frame extends Buffer | string>(
  payload: Payload,
  format: (payload: Payload) => Frame,
): Frame {
  const known = payload.frames.get(format);
  if (known !== undefined) return known as Frame;
  const frame = format(payload);
  payload.frames.set(format, frame);
  return frame;
}

/**
 * GraphQL over server-sent events, distinct connections mode. An event's id is the cursor, which a browser sends back as
 * `Last-Event-ID` when it reconnects.
 */
export const eventStream = defineFormat({
  contentType: 'text/event-stream; charset=utf-8',
  opening: Buffer.from(':\n\n'),
  ping: Buffer.from(':\n\n'),
  next: ({ json, cursor }) =>
    Buffer.from(
      cursor === undefined
        ? `event: next\ndata: ${json}\n\n`
        : `event: next\nid: ${cursor}\ndata: ${json}\n\n`,
    ),
  complete: Buffer.from('event: complete\ndata: \n\n'),
});

/** Apollo's multipart subscription protocol, version 1.0. Each part is a message, and an empty message is a ping. */
export const multipartStream = defineFormat({
  contentType: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
  opening: Buffer.from('--graphql'),
  ping: toPart('{}'),
  next: ({ json }) => toPart(`{"payload":${json}}`),
  complete: Buffer.from('--\r\n'),
});

/** A part and the boundary behind it, without which a client does not know that the part is complete. */
function toPart(json: string): Buffer {
  return Buffer.from(`\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`);
}
