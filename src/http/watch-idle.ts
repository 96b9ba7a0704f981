import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { IdleConnections } from '../access/limits/idle-connections.ts';
import type { Trust } from './front/client-address.ts';
import type { Pipelining } from './pipelining.ts';

export interface WatchIdleOptions {
  connections: IdleConnections;
  /** Connections of trusted proxies are not counted: all their clients share one address, and the proxy limits them itself. */
  trust: Trust;
  isAnswering: Pipelining['isAnswering'];
}

/** Counts the idle connections of a server: those that wait for their first request, or for the next one after an answer. */
export interface IdleWatch {
  /** Must be called when a request is handled. */
  watch: (request: IncomingMessage, response: ServerResponse) => void;
}

export function watchIdle(server: Server, options: WatchIdleOptions): IdleWatch {
  const { connections, trust, isAnswering } = options;
  // A closed socket has no remote address any more.
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
    socket.on('close', () => end(socket));
    begin(socket);
  });
  // WebSockets have a limit of their own, from their beginning.
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => end(socket));

  return {
    watch: (request, response) => {
      const { socket } = request;
      if (hasBody(request)) {
        // The connection counts as idle until the body has arrived, also if it is slow or is answered without its body.
        request.once('end', () => {
          if (!response.writableFinished) end(socket);
        });
      } else end(socket);
      response.on('close', () => {
        if (!isAnswering(socket)) begin(socket);
      });
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
