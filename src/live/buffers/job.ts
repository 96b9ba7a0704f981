import { isFinal, changedOnlyPosition } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { EventBuffer } from '../source-stream.ts';

/** Holds at most one row of one job, the newest. Rows leave in the order of their versions, each at most once. */
export class JobBuffer implements EventBuffer<JobRow> {
  isExhausted = false;
  /** Whether the subscriber receives versions in which only the queue position changed. */
  readonly includePositions: boolean;
  #newestVersion = 0;
  #pending: JobRow | undefined;

  constructor(includePositions = true) {
    this.includePositions = includePositions;
  }

  /** Whether a row waits to be taken. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Adds a row in the place of one that was not taken yet, if it is to be sent; returns whether it is. */
  add(job: JobRow): boolean {
    if (this.isExhausted || job.version <= this.#newestVersion) return false;
    const isNews = this.#isNewsSince(this.#newestVersion, job);
    this.#newestVersion = job.version;
    if (isNews) this.#pending = job;
    return isNews;
  }

  /** Adds the snapshot that was read from the database, unless the subscriber already has that version. */
  start(snapshot: JobRow, after: number | undefined): void {
    this.add(snapshot);
    // A cursor above the row's version was never sent to anybody, so it is ignored.
    const isKnown = after !== undefined && after <= this.#newestVersion;
    if (isKnown && this.#pending && !this.#isNewsSince(after, this.#pending)) this.take();
  }

  take(): JobRow | undefined {
    const job = this.#pending;
    this.#pending = undefined;
    if (job && isFinal(job.state)) this.isExhausted = true;
    return job;
  }

  #isNewsSince(version: number, job: JobRow): boolean {
    return job.version > version && (this.includePositions || !changedOnlyPosition(job, version));
  }

  cursorOf({ version }: JobRow): number {
    return version;
  }
}
