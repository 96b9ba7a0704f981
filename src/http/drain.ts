import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';

/** Over how long streams are ended, so that their clients do not all come back at once. */
const spreadMs = 500;
/** How long a request that is under way may take to be answered. */
const answerWithinMs = 3_000;
/** WebSocket close code "service restart": clients come back. */
const serviceRestart = 1012;

/**
 * Ends a server's work: no new connections, streams and sockets ended one by one in a way that makes clients reconnect,
 * requests under way answered.
 */
export async function drain(
  server: Server,
  streams: ReadonlySet<ServerResponse>,
  sockets: ReadonlySet<WebSocket>,
): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  await Promise.all([
    ...[...streams].filter(isStream).map((stream) => endLater(() => stream.end())),
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

// A stream that ends without its protocol's word for "complete" tells its client to connect again.
function isStream(response: ServerResponse): boolean {
  return /^(text\/event-stream|multipart\/mixed)/.test(String(response.getHeader('content-type')));
}

async function endLater(end: () => void): Promise<void> {
  await delay(Math.random() * spreadMs);
  end();
}
