import { once } from 'node:events';
import WebSocket from 'ws';
import { createCollector } from './collector.ts';
import type { Collector } from './collector.ts';

/** A message of the protocol. */
export interface SocketMessage {
  id?: string;
  type: string;
  payload?: any;
}

/** A client of the graphql-transport-ws protocol that shows all that comes. */
export interface TestWebSocket extends AsyncDisposable {
  /** Begins an operation; its messages, to its end. */
  begin: (
    query: string,
    variables?: object,
    onMessage?: (message: SocketMessage) => void,
  ) => Collector<SocketMessage>;
  /** Begins an operation, takes the first that it gives, and ends it. */
  ask: (query: string, variables?: object) => Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

/** Opens a connection; whether it is accepted, `closed` or the first answer says. */
export async function openTestWebSocket(
  appUrl: string,
  payload: object = {},
): Promise<TestWebSocket> {
  const socket = new WebSocket(`${appUrl.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const operations = new Map<string, (message: SocketMessage) => void>();
  const acknowledged = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const send = (message: SocketMessage) => socket.send(JSON.stringify(message));
  socket.on('message', (text) => {
    const message = JSON.parse((text as Buffer).toString()) as SocketMessage;
    if (message.type === 'connection_ack') acknowledged.resolve();
    operations.get(message.id ?? '')?.(message);
  });
  socket.once('close', (code, reason) => {
    closed.resolve({ code, reason: String(reason) });
    acknowledged.resolve();
  });
  await once(socket, 'open');
  send({ type: 'connection_init', payload });
  await acknowledged.promise;

  const begin: TestWebSocket['begin'] = (query, variables = {}, onMessage = () => {}) => {
    const id = String(operations.size);
    const messages = createCollector<SocketMessage>();
    operations.set(id, (message) => {
      messages.push(message);
      onMessage(message);
    });
    send({ id, type: 'subscribe', payload: { query, variables } });
    return messages;
  };

  return {
    begin,
    ask: async (query, variables) => {
      const messages = begin(query, variables);
      const id = String(operations.size - 1);
      const { type, payload } = await messages.next();
      if (socket.readyState === socket.OPEN) send({ id, type: 'complete' });
      return JSON.stringify(type === 'error' ? { errors: payload } : payload);
    },
    closed: closed.promise,
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await closed.promise;
    },
  };
}
