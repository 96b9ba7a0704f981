/** First byte of a WebSocket text message that is one frame: FIN, opcode 1 (RFC 6455, 5.2). */
const finText = 0x81;
/** Lengths that the second byte does not hold say there in how many bytes they follow. */
const lengthIn2Bytes = 126;
const lengthIn8Bytes = 127;

/** A WebSocket text message from a server, whole, in one piece of memory: one write to the socket. */
export function toTextFrame(head: Buffer, tail: Buffer): Buffer {
  const length = head.length + tail.length;
  const start = toHeaderLength(length);
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = finText;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = lengthIn2Bytes;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = lengthIn8Bytes;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  head.copy(frame, start);
  tail.copy(frame, start + head.length);
  return frame;
}

function toHeaderLength(length: number): number {
  if (length < lengthIn2Bytes) return 2;
  return length <= 0xffff ? 4 : 10;
}
