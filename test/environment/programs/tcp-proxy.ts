import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  /** The service's URL, with the proxy's address. */
  url: string;
  /** Bytes that the service has sent through it. */
  readonly bytesSent: number;
  /** Connections that it has accepted. */
  readonly accepted: number;
  /** Passes nothing on and closes nothing, as a host that has vanished, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** Pauses the connections that are open now, but none that comes later. */
  pauseOpen: () => void;
  /** Closes the connections that are open now. */
  closeAll: () => void;
  /** Leads connections that come from now on to another address. */
  redirect: (url: string) => void;
}

/** A proxy in front of a service, whose connections a test can silence, close and redirect. */
export async function startTcpProxy(serviceUrl: string): Promise<TcpProxy> {
  let { hostname, port } = new URL(serviceUrl);
  const sockets = new Set<Socket>();
  let isPaused = false;
  let bytesSent = 0;
  let accepted = 0;

  function add(socket: Socket): Socket {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // the other side closes with it
    return socket;
  }

  function pipe(from: Socket, into: Socket): void {
    from.on('data', (chunk) => into.write(chunk));
    from.once('close', () => into.destroy());
    // After the listener, which makes a socket flow.
    if (isPaused) from.pause();
  }

  const server = createServer((client) => {
    accepted += 1;
    const service = add(connect(Number(port), hostname));
    pipe(add(client), service);
    pipe(service, client);
    service.on('data', ({ length }) => {
      bytesSent += length;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serviceUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const pauseOpen = () => {
    for (const socket of sockets) socket.pause();
  };
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    get bytesSent() {
      return bytesSent;
    },
    get accepted() {
      return accepted;
    },
    pause: () => {
      isPaused = true;
      pauseOpen();
    },
    resume: () => {
      isPaused = false;
      for (const socket of sockets) socket.resume();
    },
    pauseOpen,
    closeAll,
    redirect: (to) => {
      ({ hostname, port } = new URL(to));
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      closeAll();
      await closed;
    },
  };
}
