import type { JobOutline } from '../../jobs/rows/filter.ts';
import { isFinal } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { FellBehindError } from '../../errors.ts';
import { RecentMap } from '../../platform/recent-map.ts';

/** Unfinished jobs whose newest version is remembered for one subscriber. */
const maxUnfinishedJobs = 250_000;
/** Jobs that ended, and jobs that no longer match, remembered so that they are not sent twice. */
const maxOtherJobs = 10_000;

/** The newest version of each job that one subscriber has been sent, or will be. A job is in one of three sets. */
export class KnownJobs {
  readonly #unfinished = new Map<string, number>();
  readonly #ended = new RecentMap<number>(maxOtherJobs);
  readonly #left = new RecentMap<number>(maxOtherJobs);

  readonly #matches: (job: JobOutline) => boolean;

  /** `matches` says whether a row matches in what may change. */
  constructor(matches: (job: JobOutline) => boolean) {
    this.#matches = matches;
  }

  get unfinished(): ReadonlyMap<string, number> {
    return this.#unfinished;
  }

  /** 0 if the job is not known. */
  versionOf(id: string): number {
    return this.#unfinished.get(id) ?? this.#ended.get(id) ?? this.#left.get(id) ?? 0;
  }

  /** Whether the subscriber has been told that the job does not match. */
  hasLeft(id: string): boolean {
    return this.#left.get(id) !== undefined;
  }

  /**
   * Whether the subscriber shows the job, or should: it matches, or did when it was sent. Somebody who shows jobs that have ended
   * may have one from elsewhere that is restarted.
   */
  concerns(job: JobOutline): boolean {
    const isRestarted = job.round > 1 && job.state === 'QUEUED';
    return this.#matches(job) || this.versionOf(job.id) > 0 || isRestarted;
  }

  /** Throws FellBehindError if there are too many. */
  remember(job: JobRow): void {
    this.forget(job.id);
    if (!this.#matches(job)) return this.#left.set(job.id, job.version);
    if (isFinal(job.state)) return this.#ended.set(job.id, job.version);
    this.#unfinished.set(job.id, job.version);
    if (this.#unfinished.size > maxUnfinishedJobs) throw new FellBehindError(maxUnfinishedJobs);
  }

  forget(id: string): void {
    this.#unfinished.delete(id);
    this.#ended.delete(id);
    this.#left.delete(id);
  }
}
