import { isFinal, changedOnlyPosition } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import { FellBehindError } from '../errors.ts';
import type { Slot } from './feed.ts';
import { RecentMap } from '../platform/recent-map.ts';
import { RetriedRead } from './retried-read.ts';
import type { ReadFailures } from './retried-read.ts';
import { WaitingJobs } from './waiting-jobs.ts';

/** Rows that are read at once, and that wait to be taken. */
export const pageRows = 1_000;
/** Changed jobs that may wait for one subscriber. */
export const maxWaitingJobs = 100_000;
/** Unfinished jobs whose newest version is remembered for one subscriber. */
const maxUnfinishedJobs = 250_000;
/** The same for jobs that ended or no longer match, so that they are not sent twice. */
const maxRememberedEnds = 10_000;

export interface LatestJobsOptions extends ReadFailures {
  /** Whether its subscriber wants versions in which only the place in the queue has changed. */
  wantsPlaces: boolean;
  /** Matching jobs that are not final, above an id and ordered by it, `pageRows` at most. */
  readUnfinished: (after: string | undefined) => Promise<readonly JobRow[]>;
  /** Those of these jobs that are still the subscriber's, and match. */
  readJobs: (ids: readonly string[]) => Promise<readonly JobRow[]>;
  /** Called when rows have arrived that were read. */
  onChange: () => void;
}

/**
 * The slot of many jobs. First come those that are not final, read page by page as fast as the subscriber takes them; then
 * those that changed, always the newest of each, in the order in which they first changed.
 */
export class LatestJobs implements Slot<JobRow> {
  readonly isExhausted = false;
  readonly #options: LatestJobsOptions;
  readonly #reading: RetriedRead;
  /** The newest version of each unfinished job that has arrived. */
  readonly #unfinished = new Map<string, number>();
  readonly #ends = new RecentMap<number>(maxRememberedEnds);
  readonly #waiting = new WaitingJobs();
  #page: JobRow[] = [];
  /** Changed jobs that are being read. */
  #asked: ReadonlySet<string> = new Set();
  /** The id up to which unfinished jobs were read. */
  #readUpTo: string | undefined;
  #hasMorePages = true;

  constructor(options: LatestJobsOptions) {
    this.#options = options;
    this.#reading = new RetriedRead(options);
  }

  get unfinished(): ReadonlyMap<string, number> {
    return this.#unfinished;
  }

  get wantsPlaces(): boolean {
    return this.#options.wantsPlaces;
  }

  /** Reads the first page; to be called once. What is offered before or meanwhile comes after it. */
  async begin(): Promise<void> {
    this.#receivePage(await this.#options.readUnfinished(undefined));
  }

  /** Whether a row of this job waits to be taken. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Whether this version would be news. */
  isNews({ id, version }: Pick<JobRow, 'id' | 'version'>): boolean {
    return version > this.#knownVersion(id);
  }

  /** Accepts a row if it is newer than all of its job before it, and returns whether it is to be sent; throws FellBehindError. */
  offer(job: JobRow): boolean {
    const before = this.#knownVersion(job.id);
    if (job.version <= before) return false;
    this.#remember(job);
    // While its row is being read, even a mere move is kept: the row read may be older than this one.
    const isRead = this.#asked.has(job.id);
    if (!this.wantsPlaces && !isRead && changedOnlyPosition(job, before)) return false;
    this.#waiting.add(job);
    if (this.#waiting.size > maxWaitingJobs) throw new FellBehindError(maxWaitingJobs);
    return true;
  }

  take(): JobRow | undefined {
    const job = this.#page.shift() ?? (this.#hasMorePages ? undefined : this.#waiting.take());
    this.#readOn();
    return job;
  }

  /** The job's new version does not match: nothing more is expected of it. */
  leave({ id, version }: Pick<JobRow, 'id' | 'version'>): void {
    if (version > (this.#unfinished.get(id) ?? Infinity)) this.#end(id, version);
  }

  /** The job was deleted, or is not the subscriber's any more. */
  forget(id: string): void {
    this.#unfinished.delete(id);
    this.#waiting.delete(id);
  }

  /** Every job has versions of its own: no one number says where the client is. */
  cursorOf(): undefined {
    return undefined;
  }

  /** Reads no more. */
  close(): void {
    this.#reading.stop();
  }

  #readOn(): void {
    if (this.#page.length > 0 || this.#reading.isActive) return;
    const { readUnfinished, readJobs } = this.#options;
    if (this.#hasMorePages) {
      this.#reading.begin(
        () => readUnfinished(this.#readUpTo),
        (jobs) => this.#receive(() => this.#receivePage(jobs)),
      );
      return;
    }
    const ids = this.#waiting.takeIds(pageRows);
    if (ids.length === 0) return;
    this.#asked = new Set(ids);
    this.#reading.begin(
      () => readJobs(ids),
      (jobs) => this.#receive(() => this.#receiveChanged(jobs)),
    );
  }

  #receive(accept: () => void): void {
    try {
      accept();
    } catch (error) {
      if (!(error instanceof FellBehindError)) throw error;
      return this.#options.onGivenUp(error);
    }
    this.#readOn();
    this.#options.onChange();
  }

  #receivePage(jobs: readonly JobRow[]): void {
    for (const job of jobs) {
      const before = this.#knownVersion(job.id);
      const isNews =
        job.version > before && (this.wantsPlaces || !changedOnlyPosition(job, before));
      // What changed before it was read is sent as it was read, once.
      const isOverdue = this.#waiting.has(job.id) && job.version >= before;
      if (job.version > before) this.#remember(job);
      if (isNews || isOverdue) this.#queue(job);
    }
    this.#readUpTo = jobs.at(-1)?.id;
    this.#hasMorePages = jobs.length === pageRows;
  }

  /** The rows of jobs that changed; of those that are missing, the newest version is not for this subscriber. */
  #receiveChanged(jobs: readonly JobRow[]): void {
    const missing = new Set(this.#asked);
    this.#asked = new Set();
    for (const job of jobs) {
      missing.delete(job.id);
      const before = this.#knownVersion(job.id);
      // A newer one has been offered meanwhile, and waits.
      if (job.version < before) continue;
      this.#remember(job);
      this.#queue(job);
    }
    for (const id of missing) {
      const version = this.#unfinished.get(id);
      if (version !== undefined && !this.#waiting.has(id)) this.#end(id, version);
    }
  }

  #queue(job: JobRow): void {
    this.#waiting.delete(job.id);
    this.#page.push(job);
  }

  #knownVersion(id: string): number {
    return this.#unfinished.get(id) ?? this.#ends.get(id) ?? 0;
  }

  #remember({ id, version, state }: JobRow): void {
    if (isFinal(state)) return this.#end(id, version);
    this.#ends.delete(id);
    this.#unfinished.set(id, version);
    if (this.#unfinished.size > maxUnfinishedJobs) throw new FellBehindError(maxUnfinishedJobs);
  }

  #end(id: string, version: number): void {
    this.#unfinished.delete(id);
    this.#ends.set(id, version);
  }
}
