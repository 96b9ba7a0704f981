import type { ServerResponse } from 'node:http';

/** Default limit for bytes of finished answers that clients have not read, of all connections together. */
const maxUnreadBytes = 64_000_000;

/** Limits the memory for answers that clients have not read. */
export interface UnreadBytes {
  /**
   * Counts bytes until the returned function is called. If there are too many, the clients that have waited longest are
   * disconnected: a client that reads does not wait for long.
   */
  add: (bytes: number, disconnect: () => void) => () => void;
  /** Counts the bytes of an answer that are not sent yet when it ends. */
  watch: (response: ServerResponse) => void;
}

export function createUnreadBytes(maxBytes = maxUnreadBytes): UnreadBytes {
  const waiting = new Set<{ bytes: number; disconnect: () => void }>();
  let total = 0;

  function add(bytes: number, disconnect: () => void): () => void {
    const entry = { bytes, disconnect };
    const remove = () => {
      if (waiting.delete(entry)) total -= bytes;
    };
    waiting.add(entry);
    total += bytes;
    for (const oldest of waiting) {
      if (total <= maxBytes) break;
      waiting.delete(oldest);
      total -= oldest.bytes;
      oldest.disconnect();
    }
    return remove;
  }

  function count(this: ServerResponse): void {
    const bytes = this.socket?.writableLength ?? 0;
    if (bytes > 0)
      this.once(
        'close',
        add(bytes, () => this.destroy()),
      );
  }

  return { add, watch: (response) => response.on('prefinish', count) };
}
