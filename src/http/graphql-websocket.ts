import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Connection } from '../limits/connections.ts';
import type { Logger } from '../logger.ts';
import type { Delivery } from '../metrics.ts';
import type { Admission } from './admission.ts';
import type { Execution } from './execution.ts';
import { refuseUpgrade } from './front.ts';
import type { Front } from './front.ts';
import type { Heartbeat } from './heartbeat.ts';
import { graphqlPath } from './paths.ts';
import { toChannel } from './socket-channel.ts';
import { createSocketProtocol } from './socket-protocol.ts';
import { Wire } from './wire.ts';

/** Bytes of a message that a client may send, as of a request over HTTP. */
const maxMessageBytes = 100_000;

export interface GraphQLWebSocket extends AsyncDisposable {
  /** Those that are open. */
  sockets: ReadonlySet<WebSocket>;
}

export interface GraphQLWebSocketOptions {
  execution: Execution;
  admission: Admission;
  /** Whether a request may become a WebSocket; if not, it has been answered. */
  admitUpgrade: Front['admitUpgrade'];
  heartbeat: Heartbeat;
  delivery: Delivery;
  logger: Logger;
}

/** The graphql-transport-ws protocol on the path that HTTP uses, through the same operations. */
export function attachGraphQLWebSocket(
  server: Server,
  options: GraphQLWebSocketOptions,
): GraphQLWebSocket {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols,
  });
  const protocol = createSocketProtocol(options.execution, options.admission);

  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== graphqlPath) return refuseUpgrade(raw, '404 Not Found');
    if (!options.admitUpgrade(request, raw)) return;
    if (raw.destroyed) return;
    const connection = tryToConnect(options, request, raw);
    if (!connection) return;
    raw.once('close', connection.close);
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const client = {
        socket,
        wire: new Wire(raw as Socket),
        delivery: options.delivery,
        request,
        connection,
      };
      const closed = protocol.opened(toChannel(client, options.logger), client);
      options.delivery.connections += 1;
      const stopBeat = keepAlive(socket, options.heartbeat);
      socket.once('close', (code, reason) => {
        options.delivery.connections -= 1;
        stopBeat();
        void closed(code, String(reason));
      });
    });
  });
  return {
    sockets: sockets.clients,
    async [Symbol.asyncDispose]() {
      await new Promise((done) => sockets.close(done));
    },
  };
}

function tryToConnect(
  { admission, execution }: GraphQLWebSocketOptions,
  request: IncomingMessage,
  raw: Duplex,
): Connection | undefined {
  try {
    return admission.connect(request);
  } catch (error) {
    refuseUpgrade(
      raw,
      '429 Too Many Requests',
      JSON.stringify({ errors: [execution.mask(error)] }),
    );
    return undefined;
  }
}

/** Asks the client once an interval whether it is there, and gives it up when it has not said so by the next time. */
function keepAlive(socket: WebSocket, heartbeat: Heartbeat): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  return heartbeat.add(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  });
}
