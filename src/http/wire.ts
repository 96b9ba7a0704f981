import type { Socket } from 'node:net';

/** Beats of the heart that a client may leave unread before it is cut; it can come back and go on from where it was. */
const maxUnreadBeats = 6;

/** A client's connection, as those see it who write to it: one that takes no more for now is left alone until it does. */
export class Wire {
  readonly #socket: Socket;
  #waiting: (() => void)[] = [];
  #unreadBeats = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isReady(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** To be asked at every beat: whether the client has read nothing for too many of them. */
  isAbandoned(): boolean {
    this.#unreadBeats = this.isReady ? 0 : this.#unreadBeats + 1;
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
