import type { JobFilter } from '../../jobs/rows/filter.ts';
import { aboutVideo } from '../../subjects/video/jobs-about-video.ts';
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

/** Null is the same as absent. */
export function toFilter(given: Readonly<Record<string, unknown>> | null | undefined): JobFilter {
  const present = Object.entries(given ?? {}).filter(([, value]) => value !== null);
  const { videoId, ...filter } = Object.fromEntries(present);
  return videoId === undefined ? filter : { ...filter, about: aboutVideo(videoId as string) };
}
