import type { JobFilter, Jobs } from 'fovea-jobs-client';
import { JobCounts } from '../../api/generated/documents.ts';
import type { JobState } from '../../api/generated/types.ts';
import { useQuery } from '../../api/use-query.ts';
import type { JobRow } from '../engine/rows.ts';
import { bulkStates, listIds, toPages } from './run-bulk.ts';
import type { BulkKind } from './run-bulk.ts';

/** What an action is for: the jobs that were selected, or all that match. */
export type BulkTarget = { jobs: readonly JobRow[] } | { filter: JobFilter };

export interface BulkCounts {
  /** Those that the action is for, by state. */
  states: readonly { state: JobState; count: number }[];
  concerned: number;
  others: number;
}

/** The jobs of a filter that an action is for. */
function narrow(filter: JobFilter, kind: BulkKind): JobFilter {
  const states = bulkStates[kind].filter((state) => filter.states?.includes(state) ?? true);
  return { ...filter, states };
}

/** The ids of the jobs that an action is for, in pages that one call takes. */
export function toIdPages(
  client: Pick<Jobs, 'request'>,
  kind: BulkKind,
  target: BulkTarget,
  signal: AbortSignal,
): AsyncIterable<readonly string[]> | Iterable<readonly string[]> {
  if ('filter' in target) return listIds(client, narrow(target.filter, kind), signal);
  const concerned = target.jobs.filter(({ state }) => bulkStates[kind].includes(state));
  return toPages(concerned.map(({ id }) => id));
}

/** How many jobs an action is for; undefined until that is known. */
export function useBulkCounts(
  kind: BulkKind,
  target: BulkTarget,
): { counts: BulkCounts | undefined; error: Error | undefined } {
  const { data, error } = useQuery(
    JobCounts,
    'filter' in target ? { filter: target.filter } : null,
  );
  const known =
    'jobs' in target ? target.jobs.map(({ state }) => ({ state, count: 1 })) : data?.jobCounts;
  return { counts: known && sum(kind, known), error };
}

function sum(kind: BulkKind, counts: readonly { state: JobState; count: number }[]): BulkCounts {
  const total = new Map<JobState, number>();
  for (const { state, count } of counts) total.set(state, (total.get(state) ?? 0) + count);
  const states = bulkStates[kind].flatMap((state) => {
    const count = total.get(state);
    return count ? [{ state, count }] : [];
  });
  const concerned = states.reduce((before, { count }) => before + count, 0);
  const all = [...total.values()].reduce((before, count) => before + count, 0);
  return { states, concerned, others: all - concerned };
}
