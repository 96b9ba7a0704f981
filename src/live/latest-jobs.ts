import { isFinal } from '../db/job-row.ts';
import type { JobRow } from '../db/job-row.ts';
import { FellBehindError } from '../errors.ts';
import type { Slot } from './feed.ts';

/** Jobs that may wait for one subscriber, and final ones that are remembered so as not to come twice. */
export const maxWaitingJobs = 10_000;
const maxRememberedFinals = 10_000;

/** The slot of many jobs: one row a job, always its newest, in the order in which the jobs first changed. */
export class LatestJobs implements Slot<JobRow> {
  readonly isExhausted = false;
  readonly #unfinished = new Map<string, JobRow>();
  /** The versions of jobs that ended of late. */
  readonly #finals = new Map<string, number>();
  readonly #waiting = new Map<string, JobRow>();

  /** The jobs that go on changing as far as was heard, each as it was offered last. */
  get unfinished(): ReadonlyMap<string, JobRow> {
    return this.#unfinished;
  }

  /** Whether a row of this job waits to be taken. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Takes a row if it is newer than all of its job before it, and says whether it was; throws FellBehindError. */
  offer(job: JobRow): boolean {
    const newest = this.#unfinished.get(job.id)?.version ?? this.#finals.get(job.id) ?? 0;
    if (job.version <= newest) return false;
    this.#remember(job);
    this.#waiting.set(job.id, job);
    if (this.#waiting.size > maxWaitingJobs) throw new FellBehindError(maxWaitingJobs);
    return true;
  }

  take(): JobRow | undefined {
    const next = this.#waiting.entries().next();
    if (next.done) return undefined;
    const [id, job] = next.value;
    this.#waiting.delete(id);
    return job;
  }

  /** Expects nothing more of a job. */
  forget(id: string): void {
    this.#unfinished.delete(id);
  }

  /** Every job has versions of its own: no one number says where the client is. */
  cursorOf(): undefined {
    return undefined;
  }

  #remember(job: JobRow): void {
    this.#finals.delete(job.id);
    if (!isFinal(job.state)) {
      this.#unfinished.set(job.id, job);
      return;
    }
    this.#unfinished.delete(job.id);
    this.#finals.set(job.id, job.version);
    if (this.#finals.size <= maxRememberedFinals) return;
    const [oldest] = this.#finals.keys();
    this.#finals.delete(oldest!);
  }
}
