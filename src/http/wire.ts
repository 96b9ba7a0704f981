import type { Socket } from 'node:net';

/** A client's connection, as those see it who write to it: one that takes no more for now is left alone until it does. */
export class Wire {
  readonly #socket: Socket;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isReady(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Sends bytes as they are. */
  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Calls back once, when the client has read what was written. A connection that is closed calls nobody. */
  whenReady(callback: () => void): void {
    this.#waiting.push(callback);
    if (this.#waiting.length > 1) return;
    this.#socket.once('drain', () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resume of waiting) resume();
    });
  }
}
