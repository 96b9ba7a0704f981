import { changedOnlyPosition } from '../../jobs/rows/row.ts';
import type { JobOutline } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { FellBehindError } from '../../errors.ts';
import type { EventBuffer } from '../source-stream.ts';
import { toJobsEvent } from '../jobs-event.ts';
import type { JobsEvent } from '../jobs-event.ts';
import { RetryingReader } from './retrying-reader.ts';
import type { ReadFailureListener } from './retrying-reader.ts';
import { ChangedJobs } from './changed-jobs.ts';
import { KnownJobs } from './known-jobs.ts';
import { pageRows, PresentPages } from './present.ts';
import type { Present } from './present.ts';

export interface JobListBufferOptions extends ReadFailureListener {
  /** Whether the subscriber receives versions in which only the queue position changed. */
  includePositions: boolean;
  /** Whether a row matches in what may change; in all else every row matches that comes here. */
  matches: (job: JobOutline) => boolean;
  /** Reads those of these jobs that the subscriber may see, and that match in what does not change. */
  readJobs: (ids: readonly string[]) => Promise<readonly JobRow[]>;
  /** Called when rows were read. */
  onChange: () => void;
}

/**
 * Many jobs. First comes the present, read page by page as fast as the subscriber takes it, then an event without a job, and then
 * changes, always the newest row of each job, in the order in which the jobs first changed.
 */
export class JobListBuffer implements EventBuffer<JobsEvent> {
  readonly isExhausted = false;
  readonly #options: JobListBufferOptions;
  readonly #reader: RetryingReader;
  readonly #known: KnownJobs;
  readonly #changed = new ChangedJobs();
  #page: JobRow[] = [];
  /** Changed jobs whose rows are being read. */
  #reading: ReadonlySet<string> = new Set();
  #pages: PresentPages | undefined;
  #resumes = false;
  #isPresentSent = false;
  #cursor = '';
  /** The cursor from when all that waits is taken. */
  #nextCursor = '';

  constructor(options: JobListBufferOptions) {
    this.#options = options;
    this.#known = new KnownJobs(options.matches);
    this.#reader = new RetryingReader(options);
  }

  get unfinished(): ReadonlyMap<string, number> {
    return this.#known.unfinished;
  }

  get includePositions(): boolean {
    return this.#options.includePositions;
  }

  /** Reads the first page of the present; must be called once. Jobs that were added before come after the present. */
  async start(present: Present): Promise<void> {
    const pages = new PresentPages(present);
    const jobs = await pages.readNext();
    this.#pages = pages;
    this.#resumes = present.resumes;
    this.#cursor = present.cursors.before;
    this.#nextCursor = present.cursors.after;
    this.#onPage(jobs, pages);
  }

  /** Whether a change of this job waits to be taken. */
  isPending(id: string): boolean {
    return this.#changed.has(id);
  }

  /** Whether the subscriber should have this version, and has not. */
  isMissing(job: JobOutline): boolean {
    return job.version > this.#known.versionOf(job.id) && this.#known.concerns(job);
  }

  /** Adds a row if it is newer than all of its job before it; returns whether it is to be sent. Throws FellBehindError. */
  add(job: JobRow): boolean {
    const before = this.#known.versionOf(job.id);
    if (job.version <= before || !this.#known.concerns(job)) return false;
    const hasLeft = this.#known.hasLeft(job.id) && !this.#options.matches(job);
    this.#known.remember(job);
    if (hasLeft) return false;
    // While the job's row is being read, a mere move is kept too: the row that is read may be older than this one.
    const isMove = !this.#reading.has(job.id) && changedOnlyPosition(job, before);
    if (isMove && !this.includePositions) return false;
    this.#changed.set(job);
    return true;
  }

  take(): JobsEvent | undefined {
    const event = this.#takeNext();
    this.#readNext();
    if (event === undefined) this.confirm(this.#nextCursor);
    return event;
  }

  /** All that was written before this cursor has been added: it is the subscriber's once it has taken what waits. */
  confirm(cursor: string): void {
    this.#nextCursor = cursor;
    if (this.#isPresentSent && this.#isDrained) this.#cursor = cursor;
  }

  /** The job was deleted, or the subscriber may not see it any more. */
  remove(id: string): void {
    this.#known.forget(id);
    this.#changed.delete(id);
  }

  cursorOf({ cursor }: JobsEvent): string {
    return cursor;
  }

  /** Stops reading. */
  close(): void {
    this.#reader.stop();
  }

  get #isDrained(): boolean {
    return this.#page.length === 0 && this.#changed.size === 0 && this.#reading.size === 0;
  }

  #takeNext(): JobsEvent | undefined {
    const job = this.#page.shift() ?? (this.#isPresentSent ? this.#changed.take() : undefined);
    if (job) return toJobsEvent(job, this.#options.matches(job), this.#cursor);
    if (this.#isPresentSent || !this.#pages?.isRead) return undefined;
    this.#isPresentSent = true;
    this.#cursor = this.#nextCursor;
    return { job: null, matches: true, cursor: this.#cursor };
  }

  #readNext(): void {
    const pages = this.#pages;
    if (!pages || this.#page.length > 0 || this.#reader.isActive) return;
    if (!pages.isRead) {
      return this.#read(
        () => pages.readNext(),
        (jobs) => this.#onPage(jobs, pages),
      );
    }
    const ids = this.#isPresentSent ? this.#changed.takeIds(pageRows) : [];
    if (ids.length === 0) return;
    this.#reading = new Set(ids);
    this.#read(
      () => this.#options.readJobs(ids),
      (jobs) => this.#onChangedRows(jobs),
    );
  }

  #read(read: () => Promise<readonly JobRow[]>, accept: (jobs: readonly JobRow[]) => void): void {
    this.#reader.start(read, (jobs) => {
      try {
        accept(jobs);
      } catch (error) {
        if (!(error instanceof FellBehindError)) throw error;
        return this.#options.onGivenUp(error);
      }
      this.#readNext();
      this.#options.onChange();
    });
  }

  #onPage(jobs: readonly JobRow[], pages: PresentPages): void {
    for (const job of jobs) {
      const before = this.#known.versionOf(job.id);
      const isNews =
        job.version > before && (this.includePositions || !changedOnlyPosition(job, before));
      // A job that changed before it was read is sent once, as it was read.
      const coversChange = this.#changed.has(job.id) && job.version >= before;
      if (!isNews && !coversChange) continue;
      if (!this.#options.matches(job) && !this.#resumes && before === 0) continue;
      if (job.version > before) this.#known.remember(job);
      this.#addToPage(job);
    }
    pages.turn(jobs);
  }

  /** Receives the rows of changed jobs. The subscriber may not see those that are missing. */
  #onChangedRows(jobs: readonly JobRow[]): void {
    const missing = new Set(this.#reading);
    this.#reading = new Set();
    for (const job of jobs) {
      missing.delete(job.id);
      // Otherwise a newer row was added meanwhile, and waits.
      if (job.version < this.#known.versionOf(job.id)) continue;
      this.#known.remember(job);
      this.#addToPage(job);
    }
    for (const id of missing) if (!this.#changed.has(id)) this.#known.forget(id);
  }

  #addToPage(job: JobRow): void {
    this.#changed.delete(job.id);
    this.#page.push(job);
  }
}
