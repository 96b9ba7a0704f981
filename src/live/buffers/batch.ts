import { isOver } from '../../jobs/batches/table.ts';
import type { BatchRow } from '../../jobs/batches/table.ts';
import type { EventBuffer } from '../source-stream.ts';

/** Holds at most one row of one batch, the newest. Rows leave in the order of their versions, each at most once. */
export class BatchBuffer implements EventBuffer<BatchRow> {
  isExhausted = false;
  #newestVersion = 0;
  #pending: BatchRow | undefined;

  /** Whether a row waits to be taken. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Adds a row in the place of one that was not taken yet, if it is newer; returns whether it is. */
  add(batch: BatchRow): boolean {
    if (this.isExhausted || batch.version <= this.#newestVersion) return false;
    this.#newestVersion = batch.version;
    this.#pending = batch;
    return true;
  }

  /** Adds the snapshot that was read from the database, unless the subscriber already has that version. */
  start(snapshot: BatchRow, after: number | undefined): void {
    this.add(snapshot);
    // A cursor above the row's version was never sent to anybody, so it is ignored.
    if (after !== undefined && after === this.#newestVersion) this.take();
  }

  take(): BatchRow | undefined {
    const batch = this.#pending;
    this.#pending = undefined;
    if (batch && isOver(batch)) this.isExhausted = true;
    return batch;
  }

  cursorOf({ version }: BatchRow): number {
    return version;
  }
}
