import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { serviceRestart } from './websocket/close-codes.ts';
import type { ResponseStream } from './response-stream.ts';

/** Streams are broken one after the other, so far apart, so that their clients do not all come back at once. */
const spacingMs = 5;
/** All of them within so long: with very many, they are closer. */
const maxSpreadMs = 3_000;
/** How long requests that are under way may take to be answered after that. */
const defaultDrainTimeoutMs = 3_000;

/**
 * Ends a server's work: no new connections, streams broken and sockets closed one by one in a way that makes clients
 * reconnect, requests under way answered. Connections that are kept for the next request end with the answer to it. What is still open `timeoutMs`
 * after the last stream was broken is cut off.
 */
export async function drain(
  server: Server,
  streams: ReadonlySet<ResponseStream>,
  sockets: ReadonlySet<WebSocket>,
  timeoutMs = defaultDrainTimeoutMs,
): Promise<void> {
  // Node's own would also close what is idle, and a proxy may be sending a request over it.
  const closed = new Promise((done) => NetServer.prototype.close.call(server, done));
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  await breakAll([...streams, ...sockets]);
  // Those that have come meanwhile, over connections that were open.
  for (const it of [...streams, ...sockets]) end(it);
  const late = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.terminate();
  }, timeoutMs);
  server.close();
  await closed;
  clearTimeout(late);
}

/** In random order: who came together, does not come back together. */
async function breakAll(open: (ResponseStream | WebSocket)[]): Promise<void> {
  const spreadMs = Math.min(open.length * spacingMs, maxSpreadMs);
  const order = open.map((it) => ({ it, at: Math.random() })).toSorted((a, b) => a.at - b.at);
  await Promise.all(
    order.map(async ({ it }, index) => {
      await delay((index / open.length) * spreadMs);
      end(it);
    }),
  );
}

function end(it: ResponseStream | WebSocket): void {
  if ('break' in it) it.break();
  else it.close(serviceRestart, 'restarting');
}
