import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../logger.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { createUnreadBytes } from './unread-bytes.ts';
import type { UnreadBytes } from './unread-bytes.ts';

/**
 * How long an idle connection is kept: longer than proxies and clients keep theirs, so that it is never we who close one
 * that a request is about to use.
 */
const keepAliveMs = 75_000;
/** How long a client may take to send its headers, and the whole of its request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;
/** How often that is looked at; as Node has it, it would be every 30 s. */
const timeoutCheckMs = 5_000;
/** How long an answer may wait for a client that reads nothing of it. */
const defaultUnreadTimeoutMs = 30_000;

export interface BoundedServerOptions {
  handle: RequestListener;
  logger: Logger;
  unreadTimeoutMs?: number | undefined;
  /** Bytes of answers that wait for their clients to read them, of all connections together. */
  maxUnreadBytes?: number | undefined;
}

/** A server that no client holds on to: what is sent and not read is bounded in bytes and in time. */
export interface BoundedServer {
  server: Server;
  isAnswering: Turns['isAnswering'];
  unreadBytes: UnreadBytes;
  unreadTimeoutMs: number;
}

export function createBoundedServer(options: BoundedServerOptions): BoundedServer {
  const { handle, logger, unreadTimeoutMs = defaultUnreadTimeoutMs } = options;
  const unreadBytes = createUnreadBytes(options.maxUnreadBytes);
  // Without a listener, what is written to an answer after its end would end the process.
  const logFailure = (error: Error) => logger.debug({ err: error }, 'answer failed');
  const turns = createTurns((request, response) => {
    response.on('error', logFailure);
    unreadBytes.watch(response);
    handle(request, response);
  });
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckMs,
      noDelay: true,
    },
    turns.take,
  );
  server.timeout = unreadTimeoutMs;
  // Nothing has moved for so long. What is still being made has time-outs of its own.
  server.on('timeout', (socket: Socket) => {
    const answer = turns.findAnswer(socket);
    const isBeingMade = answer && !answer.writableEnded && socket.writableLength === 0;
    if (!isBeingMade) socket.destroy();
  });
  return { server, isAnswering: turns.isAnswering, unreadBytes, unreadTimeoutMs };
}
