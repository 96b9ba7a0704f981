import type { JobFilter } from '../../jobs/rows/filter.ts';
import { builder } from '../builder.ts';
import { JobStateRef, JobTypeRef } from '../enums.ts';

export const JobFilterRef = builder.inputType('JobFilter', {
  description: 'Selects jobs. An absent field matches all of them.',
  fields: (t) => ({
    types: t.field({ type: [JobTypeRef], description: 'Jobs of these types.' }),
    states: t.field({ type: [JobStateRef], description: 'Jobs in these states.' }),
    owner: t.string({
      description: 'Jobs of this owner, for operators: they see the jobs of all owners.',
    }),
    videoId: t.id({ description: 'Jobs about this video or about summaries of it.' }),
  }),
});

/** Null counts as absent. */
export function toFilter(
  filter: Partial<Record<keyof JobFilter, unknown>> | null | undefined,
): JobFilter {
  const given = Object.entries(filter ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}
