import { isFinal, changedOnlyPosition } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Slot } from './feed.ts';

/** The slot of one job: one row at most, always the newest. Rows leave by version, each at most once. */
export class LatestJob implements Slot<JobRow> {
  isExhausted = false;
  /** Whether its subscriber wants versions in which only the place in the queue has changed. */
  readonly wantsPlaces: boolean;
  #newest = 0;
  #waiting: JobRow | undefined;

  constructor(wantsPlaces = true) {
    this.wantsPlaces = wantsPlaces;
  }

  /** Whether a row waits to be taken. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Accepts a row if it is newer than all before it, and returns whether it was. It replaces a row that was not taken yet. */
  offer(job: JobRow): boolean {
    if (this.isExhausted || job.version <= this.#newest) return false;
    const isNews = this.#isNewsTo(job, this.#newest);
    this.#newest = job.version;
    if (isNews) this.#waiting = job;
    return isNews;
  }

  /** Begins with the row as it was read; it is skipped if the subscriber already has that version. */
  begin(snapshot: JobRow, after: number | undefined): void {
    this.offer(snapshot);
    // A version above the row's was never sent, so it is ignored.
    const isKnown = after !== undefined && after <= this.#newest;
    if (isKnown && this.#waiting && !this.#isNewsTo(this.#waiting, after)) this.take();
  }

  take(): JobRow | undefined {
    const job = this.#waiting;
    this.#waiting = undefined;
    if (job && isFinal(job.state)) this.isExhausted = true;
    return job;
  }

  #isNewsTo(job: JobRow, version: number): boolean {
    return job.version > version && (this.wantsPlaces || !changedOnlyPosition(job, version));
  }

  cursorOf({ version }: JobRow): number {
    return version;
  }
}
