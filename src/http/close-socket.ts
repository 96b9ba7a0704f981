import type { Socket } from 'node:net';

/** How long a closing connection may take to send what was written. */
const flushTimeoutMs = 2_000;

/** Closes a connection once what was written has been sent, and after a timeout at the latest. */
export function closeSocket(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), flushTimeoutMs);
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}
