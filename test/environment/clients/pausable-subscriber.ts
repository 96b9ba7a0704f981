import { once } from 'node:events';
import { connect } from 'node:net';

/** Longer than the texts that are searched for, any of which may be split over two chunks. */
const tailLength = 40;

/** A client of server-sent events that can stop reading, and that keeps nothing but versions. */
export interface PausableSubscriber {
  /** Every version that has arrived, in order. */
  readonly versions: readonly number[];
  /** Resolves with the first version. */
  began: Promise<void>;
  /** Resolves with the `complete` event. */
  completed: Promise<void>;
  /** Stops reading: what the server sends then fills the buffers in between. */
  pause: () => void;
  resume: () => void;
  /** Destroys the connection. */
  abort: () => Promise<void>;
}

/** Subscribes over a connection of its own; the query must select `version`. */
export async function openPausableSubscriber(
  url: string,
  query: string,
  variables: object = {},
): Promise<PausableSubscriber> {
  const { hostname, port, pathname } = new URL(`${url}/graphql`);
  const socket = connect(Number(port), hostname);
  const began = Promise.withResolvers<void>();
  const completed = Promise.withResolvers<void>();
  // After `abort`, nobody handles them.
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
  socket.on('error', () => undefined); // 'close' follows
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
