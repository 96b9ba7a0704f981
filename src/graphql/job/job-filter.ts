import { z } from 'zod';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import { aboutPersona, aboutVideos } from '../../subjects/summary/jobs-about.ts';
import { toUuid } from '../../platform/text.ts';
import { builder } from '../builder.ts';
import { JobErrorCodeRef, JobStateRef, JobTypeRef } from '../enums.ts';
import { parseArgument } from '../input.ts';

export const JobFilterRef = builder.inputType('JobFilter', {
  description: 'Selects jobs. An absent field matches all of them, and an empty list none.',
  fields: (t) => ({
    ids: t.idList({ description: 'These jobs, 1,000 at most.' }),
    types: t.field({ type: [JobTypeRef], description: 'Jobs of these types.' }),
    states: t.field({ type: [JobStateRef], description: 'Jobs in these states.' }),
    owner: t.string({
      description: 'Jobs of this owner, for operators: they see the jobs of all owners.',
    }),
    videoId: t.id({ description: 'Jobs about this video or about summaries of it.' }),
    videoIds: t.idList({
      description: 'Jobs about one of these videos or about summaries of them, 100 at most.',
    }),
    personaId: t.id({ description: 'Jobs for this persona or about summaries for it.' }),
    pipelineId: t.id({ description: 'The jobs of this pipeline.' }),
    tags: t.stringList({ description: 'Jobs that have all of these tags, 20 at most.' }),
    errorCodes: t.field({
      type: [JobErrorCodeRef],
      description: 'FAILED jobs with one of these codes.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Jobs that were accepted after this.' }),
    createdBefore: t.field({
      type: 'DateTime',
      description: 'Jobs that were accepted before this.',
    }),
  }),
});

const bounds = z.object({
  ids: z.array(z.string()).max(1_000, 'Must have at most 1000 ids.').optional(),
  videoIds: z.array(z.string()).max(100, 'Must have at most 100 ids.').optional(),
  tags: z.array(z.string()).max(20, 'Must have at most 20 tags.').optional(),
});

/** Null is the same as absent. Throws ValidationError if a list is too long. */
export function toFilter(given: Readonly<Record<string, unknown>> | null | undefined): JobFilter {
  const present = Object.entries(given ?? {}).filter(([, value]) => value !== null);
  const { ids, videoId, videoIds, personaId, pipelineId, ...filter } = Object.fromEntries(present);
  const lists = parseArgument('filter', bounds, given ?? {});
  const about = [
    ...(videoId === undefined ? [] : [aboutVideos([videoId as string])]),
    ...(videoIds === undefined ? [] : [aboutVideos(lists.videoIds ?? [])]),
    ...(personaId === undefined ? [] : [aboutPersona(personaId as string)]),
  ];
  // No job has an id that is no UUID.
  const noPipeline = '00000000-0000-0000-0000-000000000000';
  return {
    ...filter,
    ...(ids === undefined ? {} : { ids: (lists.ids ?? []).flatMap((id) => toUuid(id) ?? []) }),
    ...(pipelineId === undefined ? {} : { pipelineId: toUuid(pipelineId as string) ?? noPipeline }),
    ...(about.length > 0 ? { about } : {}),
  };
}
