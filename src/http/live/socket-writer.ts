import type { Socket } from 'node:net';

/** Beats at which a client may have read nothing before it is cut; it can come back and go on from where it was. */
const maxUnreadBeats = 6;

/** A client's connection, as those see it who write to it: one that takes no more for now is left alone until it does. */
export class SocketWriter {
  readonly #socket: Socket;
  #waiting: (() => void)[] = [];
  /** Bytes that had left at the last beat, and beats since any did. */
  #sent = 0;
  #unreadBeats = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isReady(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Whether all that was written has left. */
  get isEmpty(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** To be asked at every beat: whether the client has read nothing of what waits for it for too many of them. */
  isAbandoned(): boolean {
    const sent = this.#socket.bytesWritten - this.#socket.writableLength;
    const isStuck = !this.isEmpty && sent === this.#sent;
    this.#sent = sent;
    this.#unreadBeats = isStuck ? this.#unreadBeats + 1 : 0;
    return this.#unreadBeats > maxUnreadBeats;
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
