import type { JobFilter } from '../../jobs/rows/filter.ts';
import { builder } from '../builder.ts';
import { JobStateRef, JobTypeRef } from '../enums.ts';

export const JobFilterRef = builder.inputType('JobFilter', {
  description: 'Which jobs; an absent field matches all.',
  fields: (t) => ({
    types: t.field({ type: [JobTypeRef], description: 'Of these types.' }),
    states: t.field({ type: [JobStateRef], description: 'In these states.' }),
    owner: t.string({ description: 'Of this owner; for operators, who see the jobs of all.' }),
    videoId: t.id({ description: 'About this video, or about summaries of it.' }),
  }),
});

/** Null counts as absent. */
export function toFilter(
  filter: Partial<Record<keyof JobFilter, unknown>> | null | undefined,
): JobFilter {
  const given = Object.entries(filter ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}
