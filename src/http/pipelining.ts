import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on one connection until those before them are answered. */
const maxWaiting = 8;

/** Requests that a client sends without waiting for answers (pipelining), one at a time. */
export interface Pipelining {
  /** Begins a request when it is its turn: until then it is not read, and takes nothing. */
  take: RequestListener;
  /** Whether a connection has a request whose answer is not finished. */
  isAnswering: (socket: Socket) => boolean;
  /** The answer that was begun last on a connection. */
  findAnswer: (socket: Socket) => ServerResponse | undefined;
}

export function createPipelining(handle: RequestListener): Pipelining {
  const waiting = new WeakMap<Socket, number>();
  const answers = new WeakMap<Socket, ServerResponse>();

  function begin(request: IncomingMessage, response: ServerResponse): void {
    answers.set(request.socket, response);
    handle(request, response);
  }

  function wait(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // The parser goes on with what it has of a connection that is cut already.
    if (socket.destroyed) return;
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > maxWaiting) {
      socket.destroy();
      return;
    }
    waiting.set(socket, count);
    // Node hands the connection on when the answer before is finished, and is not done with that yet when it says so.
    response.once('socket', () =>
      process.nextTick(() => {
        waiting.set(socket, waiting.get(socket)! - 1);
        if (!response.destroyed) begin(request, response);
      }),
    );
  }

  return {
    take: (request, response) =>
      response.socket ? begin(request, response) : wait(request, response),
    findAnswer: (socket) => answers.get(socket),
    isAnswering: (socket) => {
      const answer = answers.get(socket);
      return (answer !== undefined && !answer.writableFinished) || (waiting.get(socket) ?? 0) > 0;
    },
  };
}
