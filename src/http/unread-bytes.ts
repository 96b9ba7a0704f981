import type { ServerResponse } from 'node:http';

/** Bytes of finished answers that wait for their clients to read them, of all connections together. */
const maxUnreadBytes = 64_000_000;

/** What a process keeps of answers that their clients have not read. */
export interface UnreadBytes {
  /**
   * Counts bytes until the returned function is called. When there are too many, those who have waited longest are cut, as
   * whoever reads does not wait for long.
   */
  add: (bytes: number, cut: () => void) => () => void;
  /** Counts what is left of an answer when it is ended. */
  watch: (response: ServerResponse) => void;
}

export function createUnreadBytes(maxBytes = maxUnreadBytes): UnreadBytes {
  const waiting = new Set<{ bytes: number; cut: () => void }>();
  let total = 0;

  function add(bytes: number, cut: () => void): () => void {
    const entry = { bytes, cut };
    const forget = () => {
      if (waiting.delete(entry)) total -= bytes;
    };
    waiting.add(entry);
    total += bytes;
    for (const oldest of waiting) {
      if (total <= maxBytes) break;
      waiting.delete(oldest);
      total -= oldest.bytes;
      oldest.cut();
    }
    return forget;
  }

  function count(this: ServerResponse): void {
    const bytes = this.socket?.writableLength ?? 0;
    if (bytes > 0)
      this.once(
        'close',
        add(bytes, () => this.destroy()),
      );
  }

  return { add, watch: (response) => response.once('prefinish', count) };
}
