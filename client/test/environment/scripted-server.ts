import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { createCollector } from '../../../test/environment/clients/collector.ts';
import type { Collector } from '../../../test/environment/clients/collector.ts';

/** A subscription as the server has received it. */
export interface ReceivedSubscription {
  variables: Record<string, unknown>;
  /** Sends a version of the job that is watched. */
  send: (job: object) => void;
  /** Says that the stream is over. */
  complete: () => void;
  /** Breaks the connection. */
  cut: () => void;
}

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  subscriptions: Collector<ReceivedSubscription>;
  /** The parameters of each connection. */
  connections: Collector<{ authorization?: string }>;
}

interface Message {
  type: string;
  id: string;
  payload: { variables: Record<string, unknown> };
}

/** A server that says over a WebSocket what a test wants, also what ours never would. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const subscriptions = createCollector<ReceivedSubscription>();
  const connections = createCollector<{ authorization?: string }>();

  function receive(socket: WebSocket, { type, id, payload }: Message): void {
    const send = (message: object) => socket.send(JSON.stringify(message));
    if (type === 'ping') send({ type: 'pong' });
    if (type === 'connection_init') {
      connections.push(payload as { authorization?: string });
      send({ type: 'connection_ack' });
    }
    if (type !== 'subscribe') return;
    subscriptions.push({
      variables: payload.variables,
      send: (job) => send({ type: 'next', id, payload: { data: { jobUpdated: job } } }),
      complete: () => send({ type: 'complete', id }),
      cut: () => socket.terminate(),
    });
  }

  server.on('connection', (socket) => {
    socket.on('message', (text: Buffer) => receive(socket, JSON.parse(text.toString()) as Message));
  });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    subscriptions,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
