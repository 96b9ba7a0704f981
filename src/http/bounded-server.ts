import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { IdleConnections } from '../access/limits/idle-connections.ts';
import type { Logger } from '../platform/logger.ts';
import type { Trust } from './front/client-address.ts';
import { createIdleClosing } from './close-idle.ts';
import { watchIdle } from './watch-idle.ts';
import { createPipelining } from './pipelining.ts';
import type { Pipelining } from './pipelining.ts';
import { createUnreadBytes } from './unread-bytes.ts';
import type { UnreadBytes } from './unread-bytes.ts';

/**
 * How long an idle connection is kept: longer than proxies and clients keep theirs, so that the server never closes one that a
 * request is about to use.
 */
const keepAliveMs = 75_000;
/** How long a client may take to send its headers, and the whole of its request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;
/** How often these timeouts are checked; Node's default is every 30 s. */
const timeoutCheckMs = 5_000;
/** How long an answer may wait for a client that reads nothing of it. */
const defaultUnreadTimeoutMs = 30_000;

export interface BoundedServerOptions {
  handle: RequestListener;
  logger: Logger;
  unreadTimeoutMs?: number | undefined;
  /** Counts idle connections; null for a server that clients do not reach. */
  idle: { connections: IdleConnections; trust: Trust } | null;
  /** Bytes of answers that wait for their clients to read them, of all connections together. */
  maxUnreadBytes?: number | undefined;
}

/** An HTTP server whose unread answers are limited in bytes and in time, and whose idle connections are limited in number. */
export interface BoundedServer {
  server: Server;
  isAnswering: Pipelining['isAnswering'];
  unreadBytes: UnreadBytes;
  unreadTimeoutMs: number;
  /** Accepts no more connections, and closes those with no request under way; the others close after their answer. */
  closeIdle: () => void;
}

export function createBoundedServer(options: BoundedServerOptions): BoundedServer {
  const { handle, logger, unreadTimeoutMs = defaultUnreadTimeoutMs } = options;
  const unreadBytes = createUnreadBytes(options.maxUnreadBytes);
  // Without a listener, a write after the end of an answer would end the process.
  const logFailure = (error: Error) => logger.debug({ err: error }, 'answer failed');
  const pipelining = createPipelining((request, response) => {
    response.on('error', logFailure);
    idle?.watch(request, response);
    unreadBytes.watch(response);
    handle(request, response);
  });
  const server: Server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckMs,
      noDelay: true,
      // Load balancers request /livez without one; the front refuses HTTP/1.1 without it on every other path.
      requireHostHeader: false,
      // Java's HttpClient and `curl --http2` send `Upgrade: h2c` with every request, and a server may ignore it.
      shouldUpgradeCallback: (request) =>
        server.listenerCount('upgrade') > 0 && isForWebSocket(request),
    },
    pipelining.take,
  );
  const { isAnswering } = pipelining;
  const idle = options.idle && watchIdle(server, { ...options.idle, isAnswering });
  server.timeout = unreadTimeoutMs;
  // Nothing was read or written for that time. An answer that is not finished yet has timeouts of its own.
  server.on('timeout', (socket: Socket) => {
    const answer = pipelining.findAnswer(socket);
    const isPending = answer && !answer.writableEnded && socket.writableLength === 0;
    if (!isPending) socket.destroy();
  });
  const closeIdle = createIdleClosing(server, pipelining);
  return { server, isAnswering, unreadBytes, unreadTimeoutMs, closeIdle };
}

function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}
