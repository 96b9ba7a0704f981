import type { JobFilter } from '../../jobs/rows/filter.ts';
import { noJob } from '../../jobs/rows/lookup.ts';
import type { JobLookup } from '../../jobs/rows/lookup.ts';
import { withRarest } from '../../jobs/rows/rarest.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { aboutPersona, aboutVideos } from '../../subjects/summary/jobs-about.ts';
import { readWords, withWords } from '../../subjects/summary/jobs-with-words.ts';
import { nameVideos } from '../../subjects/video/queries.ts';
import { isStorable, toUuid } from '../../platform/text.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { JobErrorCodeRef, JobStateRef, JobTypeRef } from '../enums.ts';
import { badUserInput } from '../policy/refusal.ts';

/** Characters and words of a text to find jobs by, at most. */
const maxTextLength = 200;
const maxWords = 20;

export const JobFilterRef = builder.inputType('JobFilter', {
  description: 'Selects jobs. An absent field matches all of them, and an empty list none.',
  fields: (t) => ({
    ids: t.idList({ description: 'These jobs, 1,000 at most.' }),
    types: t.field({ type: [JobTypeRef], description: 'Jobs of these types.' }),
    states: t.field({ type: [JobStateRef], description: 'Jobs in these states.' }),
    owner: t.string({
      description: 'Jobs of this owner, for operators: they see the jobs of all owners.',
    }),
    videoId: t.id({
      description: 'Jobs about this video, by either of its ids, or about summaries of it.',
    }),
    videoIds: t.idList({
      description:
        'Jobs about one of these videos, by either of their ids, or about summaries of them, 100 at most.',
    }),
    personaId: t.id({ description: 'Jobs for this persona or about summaries for it.' }),
    pipelineId: t.id({ description: 'The jobs of this pipeline.' }),
    batchId: t.id({ description: 'The jobs of this batch.' }),
    tags: t.stringList({ description: 'Jobs that have all of these tags, 20 at most.' }),
    text: t.string({
      description: [
        'Jobs that have all of these words in the title of a video that they are about, in the name of their persona, or in their tags and error.',
        'A word also stands for those that it begins. Case and accents do not matter; where a language is written without spaces, each character is a word.',
        `${maxTextLength} characters and ${maxWords} words at most; a text without words matches all jobs.`,
      ].join('\n'),
    }),
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

const allTypes = jobDefinitions.map(({ type }) => type);

/** Null is the same as absent. Throws a GraphQLError if a list or the text is too long. */
export async function toFilter(
  given: Readonly<Record<string, unknown>> | null | undefined,
  context: Pick<GraphQLContext, 'db' | 'viewer'>,
): Promise<JobFilter> {
  const { db, viewer } = context;
  const present = Object.entries(given ?? {}).filter(([, value]) => value !== null);
  const { ids, videoId, videoIds, personaId, pipelineId, batchId, text, ...filter } =
    Object.fromEntries(present);
  checkLengths(given ?? {});
  const aboutNamed = async (names: readonly string[]) =>
    aboutVideos(await nameVideos(db, viewer, names));
  const about = [
    ...(videoId === undefined ? [] : [await aboutNamed([videoId as string])]),
    ...(videoIds === undefined ? [] : [await aboutNamed(videoIds as string[])]),
    ...(personaId === undefined ? [] : [aboutPersona(personaId as string)]),
  ];
  // No job has an id that is no UUID.
  const none = '00000000-0000-0000-0000-000000000000';
  return withRarest(db, viewer, {
    ...filter,
    // Indexes are by type and state.
    ...(filter['states'] === undefined
      ? {}
      : { types: (filter['types'] as string[] | undefined) ?? allTypes }),
    ...(ids === undefined ? {} : { ids: (ids as string[]).flatMap((id) => toUuid(id) ?? []) }),
    ...(pipelineId === undefined ? {} : { pipelineId: toUuid(pipelineId as string) ?? none }),
    ...(batchId === undefined ? {} : { batchId: toUuid(batchId as string) ?? none }),
    ...(about.length > 0 ? { about } : {}),
    ...(text === undefined ? {} : { text: await readText(text as string, context) }),
  });
}

async function readText(
  text: string,
  { db, viewer }: Pick<GraphQLContext, 'db' | 'viewer'>,
): Promise<JobLookup | undefined> {
  if (text.length > maxTextLength) {
    throw badUserInput(`\`filter.text\` must have at most ${maxTextLength} characters.`);
  }
  // Postgres would refuse such text; no job has it.
  if (!isStorable(text)) return noJob;
  const words = await readWords(db, text);
  if (words.count > maxWords) {
    throw badUserInput(`\`filter.text\` must have at most ${maxWords} words.`);
  }
  return words.count === 0 ? undefined : withWords(words, viewer);
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
