import type { JobFilter } from 'fovea-jobs-client';
import { useQueues } from 'fovea-jobs-client/react';
import { useEffect, useRef } from 'react';
import { JobCounts } from '../api/generated/documents.ts';
import type { JobState } from '../api/generated/types.ts';
import { useQuery } from '../api/use-query.ts';

/** Counts are asked for again at most so often, in ms, and only after something has changed. */
const everyMs = 1_000;

export interface StateCounts {
  all: number;
  of: ReadonlyMap<JobState, number>;
}

/** How many jobs match in each state. `change` is another object after each change of what is on the screen. */
export function useJobCounts(filter: JobFilter, change: object): StateCounts | undefined {
  const { states: _states, ...rest } = filter;
  const { data, refetch } = useQuery(JobCounts, { filter: rest });
  // The stream of a list tells nothing of jobs in other states; the figures of the queues, pushed once a second, do.
  const queues = useQueues();
  const askedAt = useRef(0);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const wait = Math.max(0, everyMs - (performance.now() - askedAt.current));
    const timer = setTimeout(() => {
      askedAt.current = performance.now();
      refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [change, queues, refetch]);
  if (!data) return undefined;
  const of = new Map<JobState, number>();
  for (const { state, count } of data.jobCounts) of.set(state, (of.get(state) ?? 0) + count);
  return { all: data.jobCounts.reduce((sum, { count }) => sum + count, 0), of };
}
