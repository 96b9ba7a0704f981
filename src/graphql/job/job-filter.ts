import type { JobFilter } from '../../jobs/rows/filter.ts';
import { aboutPersona, aboutVideos } from '../../subjects/summary/jobs-about.ts';
import { toUuid } from '../../platform/text.ts';
import { builder } from '../builder.ts';
import { JobErrorCodeRef, JobStateRef, JobTypeRef } from '../enums.ts';
import { badUserInput } from '../policy/refusal.ts';

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

/** Values of a list at most. */
const maxLengths = { ids: 1_000, videoIds: 100, tags: 20 };

/** Null is the same as absent. Throws a GraphQLError if a list is too long. */
export function toFilter(given: Readonly<Record<string, unknown>> | null | undefined): JobFilter {
  const present = Object.entries(given ?? {}).filter(([, value]) => value !== null);
  const { ids, videoId, videoIds, personaId, pipelineId, ...filter } = Object.fromEntries(present);
  checkLengths(given ?? {});
  const about = [
    ...(videoId === undefined ? [] : [aboutVideos([videoId as string])]),
    ...(videoIds === undefined ? [] : [aboutVideos(videoIds as string[])]),
    ...(personaId === undefined ? [] : [aboutPersona(personaId as string)]),
  ];
  // No job has an id that is no UUID.
  const noPipeline = '00000000-0000-0000-0000-000000000000';
  return {
    ...filter,
    ...(ids === undefined ? {} : { ids: (ids as string[]).flatMap((id) => toUuid(id) ?? []) }),
    ...(pipelineId === undefined ? {} : { pipelineId: toUuid(pipelineId as string) ?? noPipeline }),
    ...(about.length > 0 ? { about } : {}),
  };
}

function checkLengths(given: Readonly<Record<string, unknown>>): void {
  for (const [name, maxLength] of Object.entries(maxLengths)) {
    const value = given[name];
    if (!Array.isArray(value) || value.length <= maxLength) continue;
    throw badUserInput(
      `\`filter.${name}\` must have at most ${maxLength} values, not ${value.length}.`,
    );
  }
}
