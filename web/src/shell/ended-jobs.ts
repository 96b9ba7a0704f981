import { isFinal } from 'fovea-jobs-client';
import { useClient } from 'fovea-jobs-client/react';
import { useEffect, useRef } from 'react';
import { JobSummaries } from '../api/generated/documents.ts';
import type { JobSummariesQuery } from '../api/generated/types.ts';
import { useOwnActiveFilter } from './own-jobs.ts';

export type EndedJob = JobSummariesQuery['jobs']['edges'][number]['node'];

/** Jobs that are asked for by one query, at most. */
const atMost = 100;

/** Calls back when jobs of the viewer that were running have ended, also while the connection was away. */
export function useEndedJobs(onEnd: (jobs: readonly EndedJob[]) => void): void {
  const client = useClient();
  const filter = useOwnActiveFilter();
  const latest = useRef(onEnd);
  useEffect(() => {
    latest.current = onEnd;
  });
  useEffect(() => {
    if (!filter) return;
    const source = client.sources.jobs(filter);
    let running = new Set<string>();

    async function tell(ids: readonly string[]): Promise<void> {
      const variables = { filter: { ids: ids.slice(0, atMost) }, first: atMost };
      const { jobs } = await client.request<JobSummariesQuery>(JobSummaries, variables);
      const ended = jobs.edges.map(({ node }) => node).filter(isFinal);
      if (ended.length > 0) latest.current(ended);
    }

    return source.subscribe(() => {
      const { jobs, isCurrent } = source.get().value;
      if (!isCurrent) return;
      const ids = new Set(jobs.map(({ id }) => id));
      const gone = [...running].filter((id) => !ids.has(id));
      running = ids;
      // What cannot be asked now is on the screen when somebody looks at it.
      if (gone.length > 0) tell(gone).catch(() => undefined);
    });
  }, [client, filter]);
}
