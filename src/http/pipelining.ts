import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on one connection until those before them are answered. */
const maxWaiting = 8;

/** Handles pipelined requests, which a client sends without waiting for answers, one at a time. */
export interface Pipelining {
  /** Handles a request once those before it are answered; until then it is not read. */
  take: RequestListener;
  /** Whether a connection has a request whose answer is not finished. */
  isAnswering: (socket: Socket) => boolean;
  /** The latest answer on a connection. */
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
    // The parser still emits requests that it has buffered after the connection was destroyed.
    if (socket.destroyed) return;
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > maxWaiting) {
      socket.destroy();
      return;
    }
    waiting.set(socket, count);
    // Node assigns the socket once the answer before is finished, but has more to do when it emits this event.
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
