import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { closeSocket } from './close-socket.ts';
import type { Pipelining } from './pipelining.ts';

/**
 * Follows the connections of a server. The result lets it accept no more, and closes those with no request under way, also
 * where the client has never sent a byte; the others are closed after their answer.
 */
export function createIdleClosing(server: Server, pipelining: Pipelining): () => void {
  const sockets = new Set<Socket>();

  function close(socket: Socket): void {
    // To node:http, a connection is busy with its first request from the beginning.
    if (socket.bytesRead === 0) socket.destroy();
    const answer = pipelining.isAnswering(socket) && pipelining.findAnswer(socket);
    if (!answer) return;
    if (answer.headersSent) answer.once('close', () => closeSocket(socket));
    else answer.shouldKeepAlive = false;
  }

  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    server.close();
    for (const socket of sockets) close(socket);
  };
}
