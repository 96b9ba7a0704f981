import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A TCP connection to the server: it sends any bytes, and reads only when the test lets it. */
export interface TcpConnection extends AsyncDisposable {
  /** Everything that has been read. */
  readonly text: string;
  write: (text: string) => void;
  /** Stops reading: what the server sends then fills the buffers in between. */
  pause: () => void;
  resume: () => void;
  /** Reads about that many bytes, and pauses again. */
  readSome: (bytes: number) => Promise<void>;
  /** Destroys the connection. */
  abort: () => void;
  /** Resolves once the server has closed it; the client must be reading. */
  closed: Promise<void>;
  /** Whether it was closed by a reset. */
  readonly wasReset: boolean;
  /** The server's end; the server must run in this process. */
  serverSocket: Socket;
}

export async function openTcpConnection(url: string): Promise<TcpConnection> {
  const { hostname, port } = new URL(url);
  const accepted = createAcceptedSockets();
  // With `allowHalfOpen` the client never closes its side, whatever the server does.
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  let wasReset = false;
  socket.on('error', (error: NodeJS.ErrnoException) => {
    wasReset = error.code === 'ECONNRESET';
  });
  const closed = Promise.withResolvers<void>();
  socket.once('end', closed.resolve);
  socket.once('close', closed.resolve);
  await once(socket, 'connect');
  const serverSocket = await accepted.find(socket.localPort!);
  return {
    get text() {
      return text;
    },
    write: (sent) => void socket.write(sent, 'latin1'),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    readSome: async (bytes) => {
      const enough = text.length + bytes;
      socket.resume();
      while (text.length < enough) await once(socket, 'data');
      socket.pause();
    },
    abort: () => void socket.destroy(),
    closed: closed.promise,
    get wasReset() {
      return wasReset;
    },
    serverSocket,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

/** Records the sockets that servers of this process accept from now on, until `find` has found one. */
function createAcceptedSockets() {
  const found = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  let check = () => {};
  const listen = (message: unknown) => {
    sockets.push((message as { socket: Socket }).socket);
    check();
  };
  subscribe('net.server.socket', listen);
  return {
    find: async (remotePort: number): Promise<Socket> => {
      let match: Socket | undefined;
      check = () => {
        match = sockets.find((socket) => socket.remotePort === remotePort);
        if (match) found.resolve();
      };
      check();
      await found.promise;
      unsubscribe('net.server.socket', listen);
      return match!;
    },
  };
}

/** Formats a request as text. */
export function formatRequest(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): string {
  const all = {
    host: 'localhost',
    ...headers,
    ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Formats an operation as a POST that accepts this media type. */
export function formatOperation(
  accept: string,
  query: string,
  { variables = {}, ...rest }: { variables?: object; extensions?: object } = {},
  headers: Record<string, string> = {},
): string {
  const types = { accept, 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables, ...rest });
  return formatRequest('POST', '/graphql', { ...types, ...headers }, body);
}

/** Counts the file descriptors of this process that are sockets. */
export function countOpenSockets(): number {
  const folder = '/proc/self/fd';
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    return false; // closed meanwhile, as the descriptor of the folder itself always is
  }
}
