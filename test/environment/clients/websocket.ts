import { once } from 'node:events';
import WebSocket from 'ws';
import { createCollector } from './collector.ts';
import type { Collector } from './collector.ts';
import type { GraphQLRequest } from './graphql-client.ts';

/** A message of the graphql-transport-ws protocol. */
export interface SocketMessage {
  id?: string;
  type: string;
  payload?: any;
}

/** A WebSocket client that shows every message it receives. */
export interface TestWebSocket extends AsyncDisposable {
  /** Starts an operation; collects its messages. */
  subscribe: (
    request: GraphQLRequest,
    onMessage?: (message: SocketMessage) => void,
  ) => Collector<SocketMessage>;
  /** Starts an operation, returns its first result or its errors as JSON, and completes it. */
  request: (query: string, variables?: object) => Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

/** Opens a connection and waits until the server accepts or closes it. */
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

  const subscribe: TestWebSocket['subscribe'] = (request, onMessage = () => {}) => {
    const id = String(operations.size);
    const messages = createCollector<SocketMessage>();
    operations.set(id, (message) => {
      messages.push(message);
      onMessage(message);
    });
    send({ id, type: 'subscribe', payload: request });
    return messages;
  };

  return {
    subscribe,
    request: async (query, variables = {}) => {
      const messages = subscribe({ query, variables });
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
