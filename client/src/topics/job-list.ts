import { JobsUpdated } from '../generated/documents.ts';
import type { JobFieldsFragment, JobFilter, JobsUpdatedSubscription } from '../generated/types.ts';
import { isFinal } from './job.ts';
import { isSame } from './topic.ts';
import type { Topic } from './topic.ts';

export interface JobList {
  /** Newest first. */
  readonly jobs: readonly JobFieldsFragment[];
  /** False while what has happened meanwhile is still on its way. */
  readonly isCurrent: boolean;
}

/** The jobs that match a filter: those that are not final, and all that have changed since the list was begun. */
export function createJobListTopic(filter: JobFilter | undefined): Topic<JobList> {
  const rows = new Map<string, JobFieldsFragment>();
  /** What this stream has sent before the event without a job; undefined after it. */
  let sent: Set<string> | undefined;
  /** How many of these were news. */
  let caughtUp: number;
  let cursor: string | null | undefined;
  let list: JobList | undefined;

  /** Returns 1 if that is news. */
  function apply(job: JobFieldsFragment, matches: boolean): number {
    const known = rows.get(job.id);
    if (known && job.version < known.version) return 0;
    if (matches ? isSame(known, job) : !known) return 0;
    if (matches) rows.set(job.id, job);
    else rows.delete(job.id);
    return 1;
  }

  const listUnfinished = () => [...rows.values()].filter((job) => !isFinal(job));

  function interrupt(): void {
    sent = new Set();
    caughtUp = 0;
    list = undefined;
  }

  interrupt();
  return {
    interrupt,
    request: () => {
      interrupt();
      return {
        query: JobsUpdated,
        variables: { filter, after: cursor },
        known: listUnfinished().map(({ id }) => id),
      };
    },
    accept: (data) => {
      const event = (data as unknown as JobsUpdatedSubscription).jobsUpdated;
      list = undefined;
      cursor = event.cursor;
      if (event.job) {
        const news = apply(event.job, event.matches);
        if (!sent) return news;
        sent.add(event.job.id);
        caughtUp += news;
        return undefined;
      }
      // What is not final and was not sent is gone.
      for (const { id } of listUnfinished()) if (!sent?.has(id)) rows.delete(id);
      sent = undefined;
      return caughtUp;
    },
    // The ids begin with the time at which the job was accepted.
    read: () =>
      (list ??= {
        jobs: [...rows.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)),
        isCurrent: !sent,
      }),
    isOver: () => false,
  };
}
