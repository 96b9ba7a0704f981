import { FellBehindError } from '../../errors.ts';
import type { JobRow } from '../../jobs/rows/row.ts';

/** Changed jobs that may wait for one subscriber. */
export const maxChangedJobs = 100_000;
/** Rows kept for one subscriber until they are taken. Of further jobs only the id is kept, and the row is read again. */
export const maxPendingRows = 1_000;

/** Changed jobs in the order of their first change. Each has its newest row, or none if that must be read again. */
export class ChangedJobs {
  readonly #jobs = new Map<string, JobRow | undefined>();
  #rowCount = 0;

  get size(): number {
    return this.#jobs.size;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** Adds a job, or replaces its row. Throws FellBehindError if there are too many. */
  set(job: JobRow): void {
    const hasRow = this.#jobs.get(job.id) !== undefined;
    const isKept = hasRow || this.#rowCount < maxPendingRows;
    if (isKept && !hasRow) this.#rowCount += 1;
    this.#jobs.set(job.id, isKept ? job : undefined);
    if (this.#jobs.size > maxChangedJobs) throw new FellBehindError(maxChangedJobs);
  }

  delete(id: string): void {
    if (this.#jobs.get(id)) this.#rowCount -= 1;
    this.#jobs.delete(id);
  }

  /** Takes out the first job; undefined if there is none, or if its row must be read. */
  take(): JobRow | undefined {
    const [job] = this.#jobs.values();
    if (job) this.delete(job.id);
    return job;
  }

  /** Takes out the first jobs whose rows must be read, up to the next that has its row. */
  takeIds(limit: number): string[] {
    const ids: string[] = [];
    for (const [id, job] of this.#jobs) {
      if (job || ids.length === limit) break;
      ids.push(id);
    }
    for (const id of ids) this.#jobs.delete(id);
    return ids;
  }
}
