import { once } from 'node:events';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { createCollector } from './collector.ts';
import type { Collector } from './collector.ts';

interface Message {
  type: string;
  id?: string;
  payload?: any;
}

/** A client that says what it likes. */
export interface RawWebSocket extends AsyncDisposable {
  socket: WebSocket;
  messages: Collector<Message>;
  send: (message: object | string | Buffer) => void;
  /** Says who it is, and is answered. */
  greet: () => Promise<void>;
  /** The code that the server closes it with. */
  closed: Promise<number>;
}

/** Opens a WebSocket; of no protocol, if that is null. */
export async function openRawWebSocket(
  appUrl: string,
  protocol?: string | null,
): Promise<RawWebSocket> {
  const url = `${appUrl.replace(/^http/, 'ws')}/graphql`;
  const socket =
    protocol === null ? new WebSocket(url) : new WebSocket(url, protocol ?? 'graphql-transport-ws');
  const messages = createCollector<Message>();
  socket.on('message', (bytes) =>
    messages.push(JSON.parse((bytes as Buffer).toString()) as Message),
  );
  socket.on('error', () => undefined); // its closing says so
  const closed = once(socket, 'close').then(([code]) => code as number);
  const send: RawWebSocket['send'] = (message) =>
    socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  await once(socket, 'open');
  return {
    socket,
    messages,
    send,
    greet: async () => {
      send({ type: 'connection_init' });
      expect(await messages.next()).toEqual({ type: 'connection_ack' });
    },
    closed,
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await closed;
    },
  };
}
