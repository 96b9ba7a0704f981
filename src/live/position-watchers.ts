import { isQueued } from './position-tracker.ts';
import type { PositionWatchers } from './position-tracker.ts';
import type { JobListSubscriptions } from './subscriptions/job-list.ts';
import type { JobSubscriptions } from './subscriptions/job.ts';

/** The jobs whose queue positions are part of some subscription of this process. */
export function listPositionWatchers(
  jobs: JobSubscriptions,
  jobLists: JobListSubscriptions,
  types: readonly string[],
): PositionWatchers {
  const lists = [...jobLists.all].filter(
    ({ buffer, filter }) => buffer.includePositions && (filter.states?.includes('QUEUED') ?? true),
  );
  const owners = lists.map(({ viewer, filter }) =>
    viewer.role === 'operator' ? filter.owner : viewer.owner,
  );
  const single = [...jobs.byId.values()].flatMap(({ newest, subscribers }) =>
    newest && isQueued(newest) && subscribers.keys().some((buffer) => buffer.includePositions)
      ? [{ ...newest, isReasoned: subscribers.values().some((it) => it.includeReasons) }]
      : [],
  );
  const typesOf = (some: typeof lists) => [
    ...new Set(some.flatMap(({ filter }) => filter.types ?? types)),
  ];
  return {
    types: typesOf(lists),
    reasonedTypes: typesOf(lists.filter(({ includeReasons }) => includeReasons)),
    owners: owners.includes(undefined) ? undefined : [...new Set(owners as string[])],
    jobs: single,
  };
}
