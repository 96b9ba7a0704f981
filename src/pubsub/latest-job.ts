import { isFinal } from '../db/job-row.ts';
import type { JobRow } from '../db/job-row.ts';

/** What one subscriber has not been given yet: one row at most, always the newest. */
export interface LatestJob {
  /** Takes a row if it is newer than all before it. A row that nobody has read is replaced. */
  offer: (job: JobRow) => void;
  /**
   * Begins with the row as it was read, unless the subscriber has that version; ends by itself after a final row, and at
   * once when it is returned.
   */
  iterate: (snapshot: JobRow, after: number | undefined) => AsyncIterableIterator<JobRow>;
  /** Ends the iteration. */
  close: () => void;
}

/**
 * The slot between the broker and a subscriber. Rows may come twice and in any order; they leave by version, each at most
 * once. Written by hand because an async generator cannot be returned while it awaits.
 */
export function createLatestJob(onClose: () => void): LatestJob {
  let newest = 0;
  let waiting: JobRow | undefined;
  let wake: (() => void) | undefined;
  let closed = false;

  function offer(job: JobRow): void {
    if (closed || job.version <= newest) return;
    newest = job.version;
    waiting = job;
    wake?.();
  }

  function skip(job: JobRow): void {
    waiting = undefined;
    if (isFinal(job.state)) close();
  }

  function close(): void {
    if (closed) return;
    closed = true;
    waiting = undefined;
    wake?.();
    onClose();
  }

  async function next(): Promise<IteratorResult<JobRow, undefined>> {
    while (!waiting && !closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    const job = waiting;
    if (!job) return { done: true, value: undefined };
    waiting = undefined;
    if (isFinal(job.state)) close();
    return { done: false, value: job };
  }

  function iterate(snapshot: JobRow, after: number | undefined): AsyncIterableIterator<JobRow> {
    offer(snapshot);
    // A version above the row's was never given out, so it says nothing.
    const known = after !== undefined && after <= newest ? after : 0;
    if (waiting && waiting.version <= known) skip(waiting);
    return {
      next,
      return: async () => {
        close();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return { offer, iterate, close };
}
