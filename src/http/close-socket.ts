import type { Socket } from 'node:net';

/** How long what is written may take to leave when a connection is closed. */
const flushWithinMs = 2_000;

/** Closes a connection once what is written has left, and in any case soon, whatever its client does. */
export function closeSocket(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), flushWithinMs);
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}
