import { CloseCode, MessageType, parseMessage } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Logger } from '../../../platform/logger.ts';
import { runRequest } from '../../../platform/request-id.ts';
import { unsupportedData } from './close-codes.ts';
import type { UnreadBytes } from '../../unread-bytes.ts';

/** Bytes of a close frame's reason (RFC 6455, 5.5). */
const maxReasonBytes = 123;

/** Bytes of results that a client may leave unread before it is cut off. Events of subscriptions stay in their buffers. */
const maxUnreadBytes = 1_000_000;

/**
 * Adapts a socket to graphql-ws. A client's mistakes are not logged as errors of the server. Of the request that it began with it
 * keeps the id, as there are thousands of sockets.
 */
export function toChannel(
  socket: WebSocket,
  requestId: unknown,
  logger: Logger,
  unreadBytes: UnreadBytes,
) {
  socket.on('error', (error) => logger.debug({ err: error }, 'websocket failed'));

  function receive(text: string, listener: (message: string) => Promise<void>): void {
    const fail = (error: unknown): void => {
      if (isForClients(text)) return socket.close(CloseCode.BadRequest, 'Unexpected message');
      logger.error({ err: error }, 'websocket message failed');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    void runRequest(requestId, () => listener(text).catch(fail));
  }

  return {
    protocol: socket.protocol,
    send: (message: string) =>
      new Promise<void>((resolve) => {
        // Results would pile up here for a client that sends requests and never reads.
        if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
        // If the socket is not open, its 'close' event tells graphql-ws.
        if (socket.readyState !== socket.OPEN) return resolve();
        let forget = () => {};
        socket.send(message, () => {
          forget();
          resolve();
        });
        if (socket.bufferedAmount === 0) return;
        forget = unreadBytes.add(Buffer.byteLength(message), () => socket.terminate());
      }),
    close: (code?: number, reason = '') => socket.close(code, toReason(reason)),
    onMessage: (listener: (message: string) => Promise<void>) =>
      socket.on('message', (message, isBinary) => {
        if (isBinary) return socket.close(unsupportedData, 'Text only');
        // It is one Buffer, by the socket's default binaryType. Only its text is kept while its operation goes on.
        receive((message as Buffer).toString(), listener);
      }),
  };
}

/** Cuts a reason to what a close frame can hold. Those of graphql-ws may quote what a client has sent. */
function toReason(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(maxReasonBytes));
  return reason.slice(0, read);
}

/** Whether a message is of a type that only servers send. graphql-ws throws at those as if the server had erred. */
function isForClients(text: string): boolean {
  try {
    const { type } = parseMessage(text);
    return ([MessageType.ConnectionAck, MessageType.Next, MessageType.Error] as string[]).includes(
      type,
    );
  } catch {
    return false; // not a message: graphql-ws has answered it
  }
}
