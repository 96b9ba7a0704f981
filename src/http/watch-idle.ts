import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { IdleConnections } from '../access/limits/idle-connections.ts';
import type { Trust } from './front/client-address.ts';
import type { Pipelining } from './pipelining.ts';

export interface WatchIdleOptions {
  connections: IdleConnections;
  /** All clients of a proxy share its address: it keeps their silence to itself, or bounds it by itself. */
  trust: Trust;
  isAnswering: Pipelining['isAnswering'];
}

/** Says which connections of a server are silent: from their beginning, and from an answer's end, until they have asked. */
export interface IdleWatch {
  /** A request whose turn it is. */
  watch: (request: IncomingMessage, response: ServerResponse) => void;
}

export function watchIdle(server: Server, options: WatchIdleOptions): IdleWatch {
  const { connections, trust, isAnswering } = options;
  // A socket that is closed does not know it any more.
  const addresses = new WeakMap<Socket, string>();

  function begin(socket: Socket): void {
    const address = addresses.get(socket);
    if (address !== undefined && !socket.destroyed) connections.add(address, socket);
  }

  function end(socket: Socket): void {
    const address = addresses.get(socket);
    if (address !== undefined) connections.delete(address, socket);
  }

  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || trust(remoteAddress)) return;
    addresses.set(socket, remoteAddress);
    socket.once('close', () => end(socket));
    begin(socket);
  });
  // What becomes a WebSocket is counted with those, from the beginning.
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => end(socket));

  return {
    watch: (request, response) => {
      const { socket } = request;
      if (hasBody(request)) {
        // Not before it has been sent: who dawdles over it, or is answered without it, is as silent as before.
        request.once('end', () => {
          if (!response.writableFinished) end(socket);
        });
      } else end(socket);
      response.once('close', () => {
        if (!isAnswering(socket)) begin(socket);
      });
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
