import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { serviceRestart } from './close-codes.ts';
import type { ResponseStream } from './response-stream.ts';

/** Over how long streams are broken, so that their clients do not all come back at once. */
const spreadMs = 500;
/** How long a request that is under way may take to be answered. */
const answerWithinMs = 3_000;

/**
 * Ends a server's work: no new connections, streams broken and sockets closed one by one in a way that makes clients
 * reconnect, requests under way answered.
 */
export async function drain(
  server: Server,
  streams: ReadonlySet<ResponseStream>,
  sockets: ReadonlySet<WebSocket>,
): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  await Promise.all([
    ...[...streams].map((stream) => endLater(() => stream.break())),
    ...[...sockets].map((socket) => endLater(() => socket.close(serviceRestart, 'restarting'))),
  ]);
  const late = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.terminate();
  }, answerWithinMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(late);
}

async function endLater(end: () => void): Promise<void> {
  await delay(Math.random() * spreadMs);
  end();
}
