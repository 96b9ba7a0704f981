import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { BoundedServer } from '../bounded-server.ts';
import { serviceRestart } from './websocket/close-codes.ts';

/** Pause between closing one stream and the next, so that their clients do not all reconnect at once. */
const spacingMs = 5;
/** Maximum time for closing all streams: if there are very many, the pauses are shorter. */
const maxSpreadMs = 3_000;
/** How long running requests may still take after that. */
const defaultDrainTimeoutMs = 3_000;

/** An answer that goes on. */
export interface OpenStream {
  /** Ends it early, in a way that clients take for a lost connection. */
  break: () => void;
}

/**
 * Drains a server: it accepts no new connections, closes streams and sockets one by one in a way that makes clients reconnect,
 * and answers running requests. Then it closes connections with no request under way, and the others after their answer, or after
 * `timeoutMs`.
 */
export async function drain(
  { server, closeIdle }: Pick<BoundedServer, 'server' | 'closeIdle'>,
  streams: ReadonlySet<OpenStream>,
  sockets: ReadonlySet<WebSocket>,
  timeoutMs = defaultDrainTimeoutMs,
): Promise<void> {
  // `server.close` of node:http would also close idle connections, over which a proxy may be sending a request.
  const closed = new Promise((done) => NetServer.prototype.close.call(server, done));
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  await breakAll([...streams, ...sockets]);
  // Streams that were opened meanwhile, over existing connections.
  for (const it of [...streams, ...sockets]) end(it);
  const late = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.terminate();
  }, timeoutMs);
  closeIdle();
  await closed;
  clearTimeout(late);
}

/** In random order, so that clients that connected together do not reconnect together. */
async function breakAll(open: (OpenStream | WebSocket)[]): Promise<void> {
  const spreadMs = Math.min(open.length * spacingMs, maxSpreadMs);
  const order = open.map((it) => ({ it, at: Math.random() })).toSorted((a, b) => a.at - b.at);
  await Promise.all(
    order.map(async ({ it }, index) => {
      await delay((index / open.length) * spreadMs);
      end(it);
    }),
  );
}

function end(it: OpenStream | WebSocket): void {
  if ('break' in it) it.break();
  else it.close(serviceRestart, 'restarting');
}
