import type { Truth } from './job-starter.ts';
import type { JobShown, LineShown, Viewer } from './client-under-test.ts';

/** What is wrong with what a client has shown. */
export interface Verdict {
  /** Jobs whose end was not shown, and lines of logs. */
  missed: number;
  /** The same version or line shown again. */
  doubled: number;
  /** An older version or line shown after a newer one. */
  backwards: number;
  /** Versions and lines that were shown. */
  shown: number;
}

export function createVerdict(): Verdict {
  return { missed: 0, doubled: 0, backwards: 0, shown: 0 };
}

export function add(sum: Verdict, { missed, doubled, backwards, shown }: Verdict): void {
  sum.missed += missed;
  sum.doubled += doubled;
  sum.backwards += backwards;
  sum.shown += shown;
}

/** Looks at what a client shows of one thing, and judges it once the truth is known. */
export interface Recorder<Shown> extends Viewer<Shown> {
  /** Whether all of it was shown. */
  isComplete: (truth: Truth) => boolean;
  judge: (truth: Truth) => Verdict;
  /** Why the client has said that nothing more will come. */
  readonly endReason: string | undefined;
}

export function recordJob(): Recorder<JobShown> & {
  readonly latest: JobShown | undefined;
  /** Whether the end was shown at any time. */
  hasShown: (truth: Truth) => boolean;
} {
  const verdict = createVerdict();
  let newest = 0;
  let latest: JobShown | undefined;
  let endReason: string | undefined;
  const isComplete = ({ version }: Truth) => latest !== undefined && latest.version >= version;
  return {
    show: (job) => {
      verdict.shown += 1;
      if (latest && job.version < latest.version) verdict.backwards += 1;
      // At the same version a job may have another place in the queue.
      if (latest && JSON.stringify(job) === JSON.stringify(latest)) verdict.doubled += 1;
      latest = job;
      newest = Math.max(newest, job.version);
    },
    end: (reason) => (endReason ??= reason),
    isComplete,
    hasShown: ({ version }) => newest >= version,
    judge: (truth) => ({ ...verdict, missed: isComplete(truth) ? 0 : 1 }),
    get latest() {
      return latest;
    },
    get endReason() {
      return endReason;
    },
  };
}

export function recordLog(): Recorder<LineShown> {
  const verdict = createVerdict();
  const seen = new Set<number>();
  let last = 0;
  let endReason: string | undefined;
  const isComplete = ({ lines }: Truth) => seen.size >= lines;
  return {
    show: ({ sequence }) => {
      verdict.shown += 1;
      if (seen.has(sequence)) verdict.doubled += 1;
      else if (sequence < last) verdict.backwards += 1;
      seen.add(sequence);
      last = sequence;
    },
    end: (reason) => (endReason ??= reason),
    isComplete,
    judge: (truth) => ({ ...verdict, missed: Math.max(0, truth.lines - seen.size) }),
    get endReason() {
      return endReason;
    },
  };
}

/** Of a list that has all of these jobs in the end. */
export function recordList(): Viewer<readonly JobShown[]> & {
  /** Whether any list was shown. */
  readonly hasBegun: boolean;
  isComplete: (truths: ReadonlyMap<string, Truth>) => boolean;
  judge: (truths: ReadonlyMap<string, Truth>) => Verdict;
} {
  const verdict = createVerdict();
  const versions = new Map<string, number>();
  let latest: readonly JobShown[] = [];

  function countMissing(truths: ReadonlyMap<string, Truth>): number {
    const isShown = ([id, { version }]: [string, Truth]) =>
      latest.some((job) => job.id === id && job.version >= version);
    return [...truths].filter((truth) => !isShown(truth)).length;
  }

  return {
    show: (jobs) => {
      verdict.shown += 1;
      verdict.doubled += jobs.length - new Set(jobs.map(({ id }) => id)).size;
      for (const { id, version } of jobs) {
        if (version < (versions.get(id) ?? 0)) verdict.backwards += 1;
        versions.set(id, version);
      }
      latest = jobs;
    },
    end: () => undefined,
    get hasBegun() {
      return verdict.shown > 0;
    },
    isComplete: (truths) => countMissing(truths) === 0,
    judge: (truths) => ({ ...verdict, missed: countMissing(truths) }),
  };
}
