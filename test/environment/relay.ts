import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Relay extends AsyncDisposable {
  /** The address that was given, through the relay. */
  url: string;
  /** From now on nothing passes, and nobody is told: as of a host that has vanished. */
  hold: () => void;
  release: () => void;
  /** Connections that are made from now on lead there; those that are open stay where they are. */
  redirect: (to: string) => void;
}

/** Stands between a client and a service, so that a test can silence it. */
export async function startRelay(to: string): Promise<Relay> {
  let target = new URL(to);
  const sockets = new Set<Socket>();
  let isHeld = false;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // the other side closes with it
    if (isHeld) socket.pause();
    return socket;
  }

  function pass(from: Socket, into: Socket): void {
    from.on('data', (chunk) => into.write(chunk));
    from.once('close', () => into.destroy());
  }

  const server = createServer((client) => {
    const service = connect(Number(target.port), target.hostname);
    pass(keep(client), keep(service));
    pass(service, client);
    if (isHeld) for (const socket of [client, service]) socket.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold: () => {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    release: () => {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
    redirect: (url) => {
      target = new URL(url);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
