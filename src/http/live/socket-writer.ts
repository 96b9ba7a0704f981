import type { Socket } from 'node:net';

/** Heartbeats in a row at which a client may have read nothing. Then it is cut off, and can reconnect and resume. */
const maxStalledBeats = 6;

/** Writes to a client's socket, and tells when the client can take more. */
export class SocketWriter {
  readonly #socket: Socket;
  #callbacks: (() => void)[] = [];
  /** Bytes that were sent by the last heartbeat, and heartbeats since any were. */
  #sentBytes = 0;
  #stalledBeats = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get canWrite(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Whether all that was written has been sent. */
  get isEmpty(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Must be called at every heartbeat; returns whether the client has read nothing for too many of them. */
  isStalled(): boolean {
    const sentBytes = this.#socket.bytesWritten - this.#socket.writableLength;
    const isStuck = !this.isEmpty && sentBytes === this.#sentBytes;
    this.#sentBytes = sentBytes;
    this.#stalledBeats = isStuck ? this.#stalledBeats + 1 : 0;
    return this.#stalledBeats > maxStalledBeats;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Calls back once, when the client has read what was written; never if the socket closes before. */
  onceDrained(callback: () => void): void {
    this.#callbacks.push(callback);
    if (this.#callbacks.length > 1) return;
    this.#socket.once('drain', () => {
      const callbacks = this.#callbacks;
      this.#callbacks = [];
      for (const call of callbacks) call();
    });
  }
}
