import { Jobs } from '../generated/poll-documents.ts';
import type { JobFieldsFragment, JobFilter, JobState, JobsQuery } from '../generated/types.ts';
import { isFinal } from '../topics/job.ts';
import type { Data, Poll } from './poll.ts';
import type { SubscriptionRequest } from './transport.ts';

/** Jobs of one answer, of each kind. */
const pageSize = 100;
/** Answers of one round at most: a list has 1,000 unfinished jobs, and the newest 100. */
const maxPages = 11;

const unfinishedStates: readonly JobState[] = ['QUEUED', 'DELAYED', 'ACTIVE'];

function onlyUnfinished(filter: JobFilter): JobFilter {
  const { states } = filter;
  return { ...filter, states: unfinishedStates.filter((state) => states?.includes(state) ?? true) };
}

/**
 * Each round reads the newest jobs, and those that are known and unfinished, as these may no longer be among the newest. Where
 * all of the newest are news, as in the first round, it goes on to all jobs that are unfinished, page by page.
 */
export function pollJobs({ variables, known = [] }: SubscriptionRequest): Poll {
  const { after: cursor } = variables;
  const filter = (variables['filter'] ?? {}) as JobFilter;
  const unfinished = new Map(known.map((id) => [id, { id } as JobFieldsFragment]));
  /** The newest of the round before. */
  let seen = new Set(known);
  let isFirst = true;
  let page = 0;
  /** Where the next page begins; undefined without one. */
  let next: { filter: JobFilter; after?: string | null } | undefined;
  /** What is known and not asked for yet in this round. */
  let waiting: string[] = [];
  let asked: readonly string[] = [];

  const toEvent = (job: JobFieldsFragment | null, matches: boolean): Data => ({
    jobsUpdated: { cursor, job, matches },
  });

  function receive(jobs: readonly JobFieldsFragment[]): Data[] {
    const gone = new Set(asked);
    for (const job of jobs) {
      gone.delete(job.id);
      if (isFinal(job)) unfinished.delete(job.id);
      else unfinished.set(job.id, job);
    }
    const events = jobs.map((job) => toEvent(job, true));
    for (const id of gone) {
      events.push(toEvent(unfinished.get(id)!, false));
      unfinished.delete(id);
    }
    return events;
  }

  /** Where to go on after an answer of `jobs`. */
  function findNext({ edges, pageInfo }: JobsQuery['jobs']): typeof next {
    if (page === 0) {
      const isFull = edges.length === pageSize;
      const isNews = isFull && !edges.some(({ node }) => seen.has(node.id));
      seen = new Set(edges.map(({ node }) => node.id));
      const rest = onlyUnfinished(filter);
      return isNews && rest.states?.length ? { filter: rest } : undefined;
    }
    if (!next || !pageInfo.hasNextPage || page + 1 >= maxPages) return undefined;
    return { ...next, after: pageInfo.endCursor };
  }

  return {
    request: () => {
      if (page === 0) {
        next = { filter };
        // The ids begin with the time at which the job was accepted.
        waiting = [...unfinished.keys()].toSorted().slice(-pageSize * maxPages);
      }
      asked = waiting.splice(-pageSize);
      const onlyKnown = { filter: { ...filter, ids: [] } };
      return {
        query: Jobs,
        variables: { ...(next ?? onlyKnown), known: { ...filter, ids: asked }, first: pageSize },
      };
    },
    read: (data) => {
      const { known: again, jobs } = data as unknown as JobsQuery;
      const events = receive([...again.edges, ...jobs.edges].map(({ node }) => node));
      next = findNext(jobs);
      const hasMore = next !== undefined || waiting.length > 0;
      page = hasMore ? page + 1 : 0;
      if (isFirst && !hasMore) {
        events.push(toEvent(null, false));
        isFirst = false;
      }
      return { events, hasMore };
    },
  };
}
