import { isFinal, changedOnlyPosition } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { FellBehindError } from '../../errors.ts';
import type { EventBuffer } from '../source-stream.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { RetryingReader } from './retrying-reader.ts';
import type { ReadFailureListener } from './retrying-reader.ts';
import { ChangedJobs } from './changed-jobs.ts';

/** Rows that one read returns at most. */
export const pageRows = 1_000;
/** Changed jobs that may wait for one subscriber. */
export const maxChangedJobs = 100_000;
/** Unfinished jobs whose newest version is remembered for one subscriber. */
const maxUnfinishedJobs = 250_000;
/** Jobs that ended or no longer match, remembered so that they are not sent twice. */
const maxEndedJobs = 10_000;

export interface JobListBufferOptions extends ReadFailureListener {
  /** Whether the subscriber receives versions in which only the queue position changed. */
  includePositions: boolean;
  /** Reads matching unfinished jobs above an id, in the order of their ids, `pageRows` at most. */
  readUnfinished: (after: string | undefined) => Promise<readonly JobRow[]>;
  /** Reads those of these jobs that the subscriber may see, and that match. */
  readJobs: (ids: readonly string[]) => Promise<readonly JobRow[]>;
  /** Called when rows were read. */
  onChange: () => void;
}

/**
 * Many jobs. First comes the snapshot: the unfinished jobs, read page by page as fast as the subscriber takes them. Then come
 * changes, always the newest row of each job, in the order in which the jobs first changed.
 */
export class JobListBuffer implements EventBuffer<JobRow> {
  readonly isExhausted = false;
  readonly #options: JobListBufferOptions;
  readonly #reader: RetryingReader;
  /** The newest known version of each unfinished job. */
  readonly #unfinished = new Map<string, number>();
  readonly #ended = new RecentMap<number>(maxEndedJobs);
  readonly #changed = new ChangedJobs();
  #page: JobRow[] = [];
  /** Changed jobs whose rows are being read. */
  #reading: ReadonlySet<string> = new Set();
  /** The last id of the snapshot so far. */
  #snapshotCursor: string | undefined;
  #hasMorePages = true;

  constructor(options: JobListBufferOptions) {
    this.#options = options;
    this.#reader = new RetryingReader(options);
  }

  get unfinished(): ReadonlyMap<string, number> {
    return this.#unfinished;
  }

  get includePositions(): boolean {
    return this.#options.includePositions;
  }

  /** Reads the first page of the snapshot; must be called once. Jobs that were added before come after the snapshot. */
  async start(): Promise<void> {
    this.#onSnapshotPage(await this.#options.readUnfinished(undefined));
  }

  /** Whether a change of this job waits to be taken. */
  isPending(id: string): boolean {
    return this.#changed.has(id);
  }

  isNewer({ id, version }: Pick<JobRow, 'id' | 'version'>): boolean {
    return version > this.#knownVersion(id);
  }

  /** Adds a row if it is newer than all of its job before it; returns whether it is to be sent. Throws FellBehindError. */
  add(job: JobRow): boolean {
    const before = this.#knownVersion(job.id);
    if (job.version <= before) return false;
    this.#remember(job);
    // While the job's row is being read, a mere move is kept too: the row that is read may be older than this one.
    const isBeingRead = this.#reading.has(job.id);
    if (!this.includePositions && !isBeingRead && changedOnlyPosition(job, before)) return false;
    this.#changed.set(job);
    if (this.#changed.size > maxChangedJobs) throw new FellBehindError(maxChangedJobs);
    return true;
  }

  take(): JobRow | undefined {
    const job = this.#page.shift() ?? (this.#hasMorePages ? undefined : this.#changed.take());
    this.#readNext();
    return job;
  }

  /** The job's new version does not match the filter, so nothing more is expected of the job. */
  removeUnmatched({ id, version }: Pick<JobRow, 'id' | 'version'>): void {
    if (version > (this.#unfinished.get(id) ?? Infinity)) this.#markEnded(id, version);
  }

  /** The job was deleted, or the subscriber may not see it any more. */
  remove(id: string): void {
    this.#unfinished.delete(id);
    this.#changed.delete(id);
  }

  /** Every job has its own versions, so no single number says what the client has. */
  cursorOf(): undefined {
    return undefined;
  }

  /** Stops reading. */
  close(): void {
    this.#reader.stop();
  }

  #readNext(): void {
    if (this.#page.length > 0 || this.#reader.isActive) return;
    const { readUnfinished, readJobs } = this.#options;
    if (this.#hasMorePages) {
      this.#reader.start(
        () => readUnfinished(this.#snapshotCursor),
        (jobs) => this.#onRows(() => this.#onSnapshotPage(jobs)),
      );
      return;
    }
    const ids = this.#changed.takeIds(pageRows);
    if (ids.length === 0) return;
    this.#reading = new Set(ids);
    this.#reader.start(
      () => readJobs(ids),
      (jobs) => this.#onRows(() => this.#onChangedRows(jobs)),
    );
  }

  #onRows(accept: () => void): void {
    try {
      accept();
    } catch (error) {
      if (!(error instanceof FellBehindError)) throw error;
      return this.#options.onGivenUp(error);
    }
    this.#readNext();
    this.#options.onChange();
  }

  #onSnapshotPage(jobs: readonly JobRow[]): void {
    for (const job of jobs) {
      const before = this.#knownVersion(job.id);
      const isNews =
        job.version > before && (this.includePositions || !changedOnlyPosition(job, before));
      // A job that changed before it was read is sent once, as it was read.
      const coversChange = this.#changed.has(job.id) && job.version >= before;
      if (job.version > before) this.#remember(job);
      if (isNews || coversChange) this.#addToPage(job);
    }
    this.#snapshotCursor = jobs.at(-1)?.id;
    this.#hasMorePages = jobs.length === pageRows;
  }

  /** Receives the rows of changed jobs. The subscriber may not see those that are missing, or they do not match. */
  #onChangedRows(jobs: readonly JobRow[]): void {
    const missing = new Set(this.#reading);
    this.#reading = new Set();
    for (const job of jobs) {
      missing.delete(job.id);
      // Otherwise a newer row was added meanwhile, and waits.
      if (job.version < this.#knownVersion(job.id)) continue;
      this.#remember(job);
      this.#addToPage(job);
    }
    for (const id of missing) {
      const version = this.#unfinished.get(id);
      if (version !== undefined && !this.#changed.has(id)) this.#markEnded(id, version);
    }
  }

  #addToPage(job: JobRow): void {
    this.#changed.delete(job.id);
    this.#page.push(job);
  }

  #knownVersion(id: string): number {
    return this.#unfinished.get(id) ?? this.#ended.get(id) ?? 0;
  }

  #remember({ id, version, state }: JobRow): void {
    if (isFinal(state)) return this.#markEnded(id, version);
    this.#ended.delete(id);
    this.#unfinished.set(id, version);
    if (this.#unfinished.size > maxUnfinishedJobs) throw new FellBehindError(maxUnfinishedJobs);
  }

  #markEnded(id: string, version: number): void {
    this.#unfinished.delete(id);
    this.#ended.set(id, version);
  }
}
