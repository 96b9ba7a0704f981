import type { JobRow } from '../../jobs/rows/row.ts';

/** Rows that are kept until they are taken; for further jobs only the id is kept, and the row is read again. */
export const maxWaitingRows = 1_000;

/** Changed jobs, in the order of their first change; each with its newest row, or without one if it is to be read again. */
export class ChangedJobs {
  readonly #jobs = new Map<string, JobRow | undefined>();
  #rows = 0;

  get size(): number {
    return this.#jobs.size;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** Adds a job, or replaces its row. */
  add(job: JobRow): void {
    const hasRow = this.#jobs.get(job.id) !== undefined;
    const isKept = hasRow || this.#rows < maxWaitingRows;
    if (isKept && !hasRow) this.#rows += 1;
    this.#jobs.set(job.id, isKept ? job : undefined);
  }

  delete(id: string): void {
    if (this.#jobs.get(id)) this.#rows -= 1;
    this.#jobs.delete(id);
  }

  /** The job that waits longest; undefined when its row is to be read, and when none waits. */
  take(): JobRow | undefined {
    const [job] = this.#jobs.values();
    if (job) this.delete(job.id);
    return job;
  }

  /** The jobs that wait longest, as long as their rows are to be read. */
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
