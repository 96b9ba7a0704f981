import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { serviceRestart } from './websocket/close-codes.ts';
import type { ResponseStream } from './response-stream.ts';

/** The streams are broken over so long a time, so that their clients do not all reconnect at once. */
const spreadMs = 500;
const defaultDrainTimeoutMs = 3_000;

/**
 * Ends a server's work: accepts no new connections, breaks streams and closes sockets so that their clients reconnect, and
 * answers the requests under way. What is still open after `timeoutMs` is cut off.
 */
export async function drain(
  server: Server,
  streams: ReadonlySet<ResponseStream>,
  sockets: ReadonlySet<WebSocket>,
  timeoutMs = defaultDrainTimeoutMs,
): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  await Promise.all([
    ...[...streams].map((stream) => endLater(() => stream.break())),
    ...[...sockets].map((socket) => endLater(() => socket.close(serviceRestart, 'restarting'))),
  ]);
  const late = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.terminate();
  }, timeoutMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(late);
}

async function endLater(end: () => void): Promise<void> {
  await delay(Math.random() * spreadMs);
  end();
}
