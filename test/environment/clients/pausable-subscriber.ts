import { once } from 'node:events';
import { connect } from 'node:net';

/** Longer than what is looked for, which two chunks may share. */
const tailLength = 40;

/** A client of server-sent events that reads no more than it is told to, and keeps no more than versions. */
export interface PausableSubscriber {
  /** Every version that has arrived, in order. */
  readonly versions: readonly number[];
  /** Resolves with the first version. */
  began: Promise<void>;
  /** Resolves with the event that says that it is complete. */
  completed: Promise<void>;
  /** Reads no more; what the server sends fills the buffers in between. */
  pause: () => void;
  resume: () => void;
  /** Goes away without a word. */
  abort: () => Promise<void>;
}

/** Subscribes over a connection of its own; the query must ask for `version`. */
export async function openPausableSubscriber(
  url: string,
  query: string,
  variables: object = {},
): Promise<PausableSubscriber> {
  const { hostname, port, pathname } = new URL(`${url}/graphql`);
  const socket = connect(Number(port), hostname);
  const began = Promise.withResolvers<void>();
  const completed = Promise.withResolvers<void>();
  // Whoever aborts waits for nothing more.
  began.promise.catch(() => undefined);
  completed.promise.catch(() => undefined);
  const versions: number[] = [];
  let tail = '';
  socket.on('data', (chunk) => {
    const text = tail + chunk.toString('latin1');
    for (const [, version] of text.matchAll(/"version":(\d+),/g)) versions.push(Number(version));
    if (versions.length > 0) began.resolve();
    if (text.includes('event: complete')) completed.resolve();
    tail = text.slice(-tailLength).replace(/^.*"version":\d+,/s, '');
  });
  socket.on('error', () => undefined); // its closing says so
  socket.once('close', () => {
    const error = new Error(`The connection was closed after versions ${versions.join(', ')}`);
    began.reject(error);
    completed.reject(error);
  });
  await once(socket, 'connect');
  const body = JSON.stringify({ query, variables });
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return {
    versions,
    began: began.promise,
    completed: completed.promise,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    abort: async () => {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    },
  };
}
