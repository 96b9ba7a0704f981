import type { Answer, Connection, Endpoint, GraphQLFault, Loss, Receiver } from './transport.ts';
import { startWatchdog } from './watchdog.ts';

const protocol = 'graphql-transport-ws';
/** The codes with which a server refuses a token, or ends what was opened with one. */
const unauthorized = new Set([4401, 4403]);

type Message =
  | { type: 'connection_ack' | 'ping' | 'pong' }
  | { type: 'next'; id: string; payload: Answer }
  | { type: 'error'; id: string; payload: GraphQLFault[] }
  | { type: 'complete'; id: string };

/** All subscriptions over one WebSocket. */
export function connect(endpoint: Endpoint, receiver: Receiver): Connection {
  const { url, pingMs, WebSocket: Socket = globalThis.WebSocket } = endpoint;
  let isOpen = false;
  let isOver = false;

  function end(loss?: Loss): void {
    if (isOver) return;
    isOver = true;
    watchdog.stop();
    socket?.close();
    if (loss) receiver.lost(loss);
  }

  const send = (message: object): void => {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message));
  };
  const watchdog = startWatchdog(pingMs, {
    ping: () => send({ type: 'ping' }),
    onDead: () => end({ reason: 'lost' }),
  });
  const socket = Socket && new Socket(url.replace(/^http/, 'ws'), protocol);
  if (!socket) queueMicrotask(() => end({ reason: 'unsupported' }));
  else {
    socket.addEventListener('open', () =>
      send({ type: 'connection_init', payload: endpoint.headers }),
    );
    socket.addEventListener('close', ({ code }) =>
      end({ reason: unauthorized.has(code) ? 'unauthorized' : 'lost' }),
    );
    socket.addEventListener('message', ({ data }) => {
      if (isOver) return;
      watchdog.heard();
      receive(JSON.parse(data as string) as Message);
    });
  }

  function receive(message: Message): void {
    switch (message.type) {
      case 'connection_ack':
        isOpen = true;
        return receiver.open();
      case 'ping':
        return send({ type: 'pong' });
      case 'next':
        return receiver.next(message.id, message.payload);
      case 'error':
        return receiver.next(message.id, { errors: message.payload });
      case 'complete':
        return receiver.complete(message.id);
      case 'pong':
    }
  }

  return {
    start: (id, request) => {
      if (!isOpen) return;
      const { query, variables } = request();
      send({ type: 'subscribe', id, payload: { query, variables } });
    },
    stop: (id) => send({ type: 'complete', id }),
    probe: watchdog.probe,
    close: end,
  };
}
