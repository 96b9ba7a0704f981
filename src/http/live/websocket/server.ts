import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Connection } from '../../../access/limits/connections.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Delivery } from '../../../metrics/metrics.ts';
import type { AccessControl } from '../../front/access-control.ts';
import type { BoundedServer } from '../../bounded-server.ts';
import { closeSocket } from '../../close-socket.ts';
import type { Execution } from '../../graphql/execution.ts';
import { refuseUpgrade } from '../../front/front.ts';
import type { Front } from '../../front/front.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { graphqlPath, requestIdHeader } from '../../paths.ts';
import { toChannel } from './channel.ts';
import type { SocketConnection } from './subscription.ts';
import { createSocketProtocol } from './protocol.ts';
import { SocketWriter } from '../socket-writer.ts';

/** Bytes of a client's message. It is less than over HTTP, as messages are received before their client has authenticated. */
const maxMessageBytes = 100_000;

export interface GraphQLWebSocket extends AsyncDisposable {
  /** The open sockets. */
  sockets: ReadonlySet<WebSocket>;
}

export interface GraphQLWebSocketOptions {
  execution: Execution;
  accessControl: AccessControl;
  /** Whether a request may become a WebSocket. If not, it has been answered. */
  admitUpgrade: Front['admitUpgrade'];
  heartbeat: Heartbeat;
  delivery: Delivery;
  logger: Logger;
}

/** Serves the graphql-transport-ws protocol on the same path as GraphQL over HTTP. */
export function attachGraphQLWebSocket(
  { server, isAnswering, unreadBytes }: BoundedServer,
  options: GraphQLWebSocketOptions,
): GraphQLWebSocket {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols: chooseProtocol,
  });
  const protocol = createSocketProtocol(options.execution, options.accessControl);

  function admit(request: IncomingMessage, raw: Socket): Connection | undefined {
    if (request.url?.split('?', 1)[0] !== graphqlPath) {
      refuseUpgrade(raw, '404 Not Found');
      return undefined;
    }
    if (!options.admitUpgrade(request, raw)) return undefined;
    return tryToConnect(options, request, raw);
  }

  function open(socket: WebSocket, raw: Socket, request: IncomingMessage, connection: Connection) {
    const { delivery, heartbeat, logger } = options;
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) return refuseProtocol(socket, logger);
    const client = { socket, writer: new SocketWriter(raw), delivery, request, connection };
    const requestId = request.headers[requestIdHeader];
    const closed = protocol.opened(toChannel(socket, requestId, logger, unreadBytes), client);
    delivery.connections += 1;
    const stopBeat = keepAlive(client, heartbeat);
    socket.on('close', (code, reason) => {
      delivery.connections -= 1;
      stopBeat();
      void closed(code, String(reason));
    });
  }

  const logFailure = (error: Error) =>
    options.logger.debug({ err: error }, 'upgraded connection failed');

  // Listeners that stay as long as the socket are not made in here: they would keep the request.
  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    // Node has removed its own listener.
    raw.on('error', logFailure);
    // Two responses on one connection would mix.
    if (isAnswering(raw)) return void raw.destroy();
    if (raw.destroyed) return;
    const connection = admit(request, raw);
    if (!connection) return;
    raw.on('close', connection.close);
    let isOpen = false;
    sockets.handleUpgrade(request, raw, head, (socket) => {
      isOpen = true;
      open(socket, raw, request, connection);
    });
    // The handshake was refused. Without this, the client could keep the connection open for as long as it likes.
    if (!isOpen) closeSocket(raw);
  });
  return {
    sockets: sockets.clients,
    async [Symbol.asyncDispose]() {
      await new Promise((done) => sockets.close(done));
    },
  };
}

/** The subprotocol of subscriptions-transport-ws, which older clients speak. */
const legacyProtocol = 'graphql-ws';
const legacyProtocolReason =
  'This server speaks the subprotocol graphql-transport-ws (graphql-ws of version 5 and newer).';

/** Accepts the legacy protocol too, as clients only read the close reason of an accepted connection. */
function chooseProtocol(protocols: ReadonlySet<string>): string | false {
  const known = [GRAPHQL_TRANSPORT_WS_PROTOCOL, legacyProtocol];
  return known.find((protocol) => protocols.has(protocol)) ?? false;
}

function refuseProtocol(socket: WebSocket, logger: Logger): void {
  socket.on('error', (error) => logger.debug({ err: error }, 'websocket failed'));
  socket.close(CloseCode.SubprotocolNotAcceptable, legacyProtocolReason);
}

function tryToConnect(
  { accessControl, execution }: GraphQLWebSocketOptions,
  request: IncomingMessage,
  raw: Socket,
): Connection | undefined {
  try {
    return accessControl.connect(request);
  } catch (error) {
    refuseUpgrade(
      raw,
      '429 Too Many Requests',
      JSON.stringify({ errors: [execution.mask(error)] }),
    );
    return undefined;
  }
}

/** Pings the client once an interval. Terminates it if it has not answered by the next ping, or if it does not read. */
function keepAlive({ socket, writer }: SocketConnection, heartbeat: Heartbeat): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  return heartbeat.add(() => {
    if (!isAlive || writer.isStalled()) return socket.terminate();
    isAlive = false;
    socket.ping();
  });
}
