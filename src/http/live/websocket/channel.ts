import { CloseCode, MessageType, parseMessage } from 'graphql-ws';
import type { Logger } from '../../../platform/logger.ts';
import { runRequest } from '../../../platform/request-id.ts';
import { unsupportedData } from './close-codes.ts';
import { requestIdHeader } from '../../paths.ts';
import type { SocketClient } from './protocol.ts';
import type { UnreadBytes } from '../../unread-bytes.ts';

/** Bytes of a close frame's reason (RFC 6455, 5.5). */
const maxReasonBytes = 123;

/** Bytes of answers that a client may leave unread before it is cut off; those of subscriptions wait elsewhere. */
const maxUnreadBytes = 1_000_000;

/** A socket as the protocol wants it; what a client does wrong is no error of ours. */
export function toChannel(
  { socket, request }: SocketClient,
  logger: Logger,
  unreadBytes: UnreadBytes,
) {
  socket.on('error', (error) => logger.debug({ err: error }, 'websocket failed'));
  return {
    protocol: socket.protocol,
    send: (message: string) =>
      new Promise<void>((resolve) => {
        // Who asks and does not read, would have answers pile up here.
        if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
        // Whether it was open still, its closing says.
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
        runRequest(request.headers[requestIdHeader], () => {
          // One Buffer: the socket's binary type says so.
          const text = (message as Buffer).toString();
          listener(text).catch((error: unknown) => {
            if (isForClients(text)) return socket.close(CloseCode.BadRequest, 'Unexpected message');
            logger.error({ err: error }, 'websocket message failed');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      }),
  };
}

/** As much of a reason as a close frame holds: the protocol's may quote what a client has sent. */
function toReason(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(maxReasonBytes));
  return reason.slice(0, read);
}

/** Whether a message is one that servers send, at which the protocol throws, as if it were us. */
function isForClients(text: string): boolean {
  try {
    const { type } = parseMessage(text);
    return ([MessageType.ConnectionAck, MessageType.Next, MessageType.Error] as string[]).includes(
      type,
    );
  } catch {
    return false; // no message at all, which the protocol itself has answered
  }
}
