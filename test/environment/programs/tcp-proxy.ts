import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Relay extends AsyncDisposable {
  /** The address that was given, through the relay. */
  url: string;
  /** Bytes that the service has sent. */
  readonly sent: number;
  /** From now on nothing passes, and nobody is told: as of a host that has vanished. */
  hold: () => void;
  release: () => void;
  /** Silences the connections that there are, and no new one. */
  freeze: () => void;
  /** Where new connections lead from now on; those that there are stay. */
  leadTo: (url: string) => void;
  /** Breaks the connections that there are. */
  cut: () => void;
  /** Connections that it has been asked for. */
  readonly asked: number;
}

/** Stands between a client and a service, so that a test can silence it. */
export async function startRelay(to: string): Promise<Relay> {
  let { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let isHeld = false;
  let sent = 0;
  let asked = 0;

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
    asked += 1;
    const service = connect(Number(port), hostname);
    pass(keep(client), keep(service));
    pass(service, client);
    service.on('data', ({ length }) => {
      sent += length;
    });
    if (isHeld) for (const socket of [client, service]) socket.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    get sent() {
      return sent;
    },
    hold: () => {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    release: () => {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    get asked() {
      return asked;
    },
    leadTo: (url) => {
      ({ hostname, port } = new URL(url));
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
