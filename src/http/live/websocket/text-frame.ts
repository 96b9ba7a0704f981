/** First byte of a WebSocket text message that is one frame: FIN, opcode 1 (RFC 6455, 5.2). */
const finText = 0x81;
/** Values of the second byte that say that the length follows in 2 or 8 bytes. */
const lengthIn2Bytes = 126;
const lengthIn8Bytes = 127;

/** A whole WebSocket text message of a server as one buffer, so that it is one write to the socket. */
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
