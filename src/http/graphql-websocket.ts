import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { localViewer } from '../auth/viewer.ts';
import { schema } from '../graphql/schema.ts';
import type { Logger } from '../logger.ts';
import type { Delivery } from '../metrics.ts';
import type { Asked, Execution } from './execution.ts';
import type { Heartbeat } from './heartbeat.ts';
import { runRequest } from '../request-id.ts';
import { graphqlPath, requestIdHeader } from './paths.ts';
import { SocketOperation } from './socket-operation.ts';
import type { SocketConnection } from './socket-operation.ts';
import { Wire } from './wire.ts';

/** Bytes of a message that a client may send. */
const maxMessageBytes = 256 * 1024;

export interface GraphQLWebSocket extends AsyncDisposable {
  /** Those that are open. */
  sockets: ReadonlySet<WebSocket>;
}

export interface GraphQLWebSocketOptions {
  execution: Execution;
  heartbeat: Heartbeat;
  delivery: Delivery;
  logger: Logger;
}

/** The arguments of an execution, which carry what is to be executed. */
type AskedArgs = ExecutionArgs & { rootValue: Asked & SocketConnection & { id: string } };

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
  const protocol = createProtocol(options.execution);

  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== graphqlPath) return refuse(raw);
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const closed = protocol.opened(
        ...adapt(socket, raw as Socket, request.headers[requestIdHeader], options),
      );
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

function createProtocol(execution: Execution) {
  function prepare({ extra }: { extra: SocketConnection }, id: string, payload: SubscribePayload) {
    const { query, operationName, variables } = payload;
    const request = { query, operationName, variables };
    const operation = execution.find(request);
    if (!('document' in operation)) return operation;
    const rootValue = { ...extra, id, viewer: localViewer, operation, request };
    return { schema, document: operation.document, operationName, rootValue };
  }

  return makeServer<Record<string, unknown>, SocketConnection>({
    onSubscribe: prepare,
    execute: (args) => execution.run((args as AskedArgs).rootValue) as never,
    subscribe: async (args) => {
      const { socket, wire, delivery, id, ...asked } = (args as AskedArgs).rootValue;
      const outcome = await execution.open(asked);
      return (
        'feed' in outcome ? new SocketOperation(outcome, id, { socket, wire, delivery }) : outcome
      ) as never;
    },
    // They have been made for the client already; the protocol would have them otherwise.
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => errors.map(execution.mask),
  });
}

function adapt(
  socket: WebSocket,
  raw: Socket,
  requestId: unknown,
  { delivery, logger }: GraphQLWebSocketOptions,
) {
  const connection: SocketConnection = { socket, wire: new Wire(raw), delivery };
  socket.once('error', (error) => logger.debug({ err: error }, 'websocket failed'));
  const channel = {
    protocol: socket.protocol,
    send: (message: string) =>
      new Promise<void>((resolve) => {
        // Whether it was open still, its closing says.
        if (socket.readyState === socket.OPEN) socket.send(message, () => resolve());
        else resolve();
      }),
    close: (code?: number, reason?: string) => socket.close(code, reason),
    onMessage: (listener: (message: string) => Promise<void>) =>
      socket.on('message', (message) =>
        runRequest(requestId, () => {
          // One Buffer: the socket's binary type says so.
          listener((message as Buffer).toString()).catch((error: unknown) => {
            logger.error({ err: error }, 'websocket message failed');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        }),
      ),
  };
  return [channel, connection] as const;
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

function refuse(raw: Duplex): void {
  raw.on('error', () => undefined); // a client that has gone already
  raw.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
}
