import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isOwnedBy } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { columnsOf, selectFound } from '../../jobs/rows/lookup.ts';
import type { JobColumns, JobLookup } from '../../jobs/rows/lookup.ts';
import { unknownLimit } from '../../jobs/rows/select-ids.ts';
import { namesSummary, selectJobsOfSummaries, uuidOf } from './jobs-of-summaries.ts';

export interface Words {
  count: number;
  /** A `tsquery` for all of them. */
  query: string;
}

/** The words of a text, as they are stored. */
export async function readWords(db: Database, text: string): Promise<Words> {
  const { rows } = await sql<Words>`
    select cardinality(words) as count, coalesce(search_query(words)::text, '') as query
    from (select tsvector_to_array(search_vector(array[${text}::text])) as words) given`.execute(
    db,
  );
  return rows[0]!;
}

/**
 * Jobs that have all of these words in the title of a video that they are about, in the name of a persona, or in their tags and
 * error. Each word may be the beginning of one there.
 */
export function withWords({ query }: Words, viewer: Viewer): JobLookup {
  const hasWords = (row: string) => sql`(${sql.ref(`${row}.words`)} @@ ${query}::tsquery)`;
  const select = (stored: string) => sql`(
    select owner, id from ${sql.table(stored)} stored
    where ${hasWords('stored')} and ${isOwnedBy(viewer, 'owner')} offset 0)`;
  // Mostly none of the viewer's jobs has them itself, which is found out once. `materialized`: by an index, though one row is enough.
  const isAnyOwn = sql`exists (with own as materialized ${select('job_text')} select from own)`;
  // `offset 0`: or else PostgreSQL may first make a list of all that have the words.
  const isOwn = sql<boolean>`((job.tags is not null or job.error is not null) and ${isAnyOwn} and exists (
    select from job_text own where own.owner = job.owner and own.id = job.id and ${hasWords('own')} offset 0))`;
  const selectOwn: JobLookup['select'] = (what) => selectFound(select('job_text'), what);
  // A ticket's holder sees no title, and must not find it out.
  if (viewer.role === 'ticket') return { condition: isOwn, select: selectOwn };
  const isVideo = (owner: RawBuilder<unknown>, id: RawBuilder<unknown>) => sql`exists (
    select from video_text video where video.owner = ${owner} and video.id = ${id} and ${hasWords('video')})`;
  // There are few personas: those with the words are found once, and kept while rows are read.
  const isPersona = (id: RawBuilder<unknown>) => sql`${id} in (
    select id from persona_text persona where ${hasWords('persona')} and ${isOwnedBy(viewer, 'persona.owner')})`;
  const isOfSummary = sql`
    ${isPersona(sql`summary.persona_id`)} or ${isVideo(sql`summary.owner`, sql`summary.video_id`)}`;
  return {
    condition: sql`(
      ${isPersona(uuidOf(sql`job.input ->> 'personaId'`))}
      or ${isOwn}
      or ${isVideo(sql`job.owner`, sql`job.input ->> 'videoId'`)}
      or ${namesSummary(isOfSummary)}) is true`,
    conditionAmong: (rows) =>
      sql`(${isOwn} or job.id in ${selectAmong(rows, hasWords, isPersona)})`,
    select: (what) => sql`${selectOwn(what, viewer)} union all ${selectOfSubjects(select, what)}`,
  };
}

/**
 * The jobs about videos and personas with the words. Each branch uses an index of its own. `offset 0`: as only the first rows are
 * asked for, PostgreSQL would rather read whole tables than their indexes of words, and for each video an index of all of its
 * owner's jobs beside that of the video's.
 */
function selectOfSubjects(
  select: (stored: string) => RawBuilder<unknown>,
  what: JobColumns,
): RawBuilder<unknown> {
  const columns = columnsOf(what);
  const videos = sql`${select('video_text')} video`;
  const personas = sql`${select('persona_text')} persona`;
  const summariesOf = (subjects: RawBuilder<unknown>, isOfSubject: RawBuilder<unknown>) => sql`(
    select of_subject.id from ${subjects} cross join lateral (
      select summary.id from video_summary summary where ${isOfSubject} offset 0) of_subject) summary`;
  return sql`
    select found.* from ${videos} cross join lateral (
      select ${columns} from (select * from job where job.input ->> 'videoId' = video.id offset 0) job
      where job.owner = video.owner offset 0) found
    union all
    select found.* from ${personas} cross join lateral (
      select ${columns} from job
      where job.input ? 'personaId' and job.input ->> 'personaId' = persona.id::text
      order by job.id desc limit ${unknownLimit}) found
    union all
    ${selectJobsOfSummaries(summariesOf(videos, sql`summary.owner = video.owner and summary.video_id = video.id`), what)}
    union all
    ${selectJobsOfSummaries(summariesOf(personas, sql`summary.persona_id = persona.id`), what)}`;
}

/**
 * The ids of those of these rows of `job` that are about videos or personas with the words. Many jobs are about one video: each
 * of the rows' videos and summaries is read once.
 */
function selectAmong(
  rows: RawBuilder<unknown>,
  hasWords: (row: string) => RawBuilder<unknown>,
  isPersona: (id: RawBuilder<unknown>) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    with of_summary as materialized (
      select id, ${uuidOf(sql`input ->> 'summaryId'`)} as summary_id from ${rows} where input ? 'summaryId'
      union all
      select job.id, ${uuidOf(sql`given.id`)}
      from ${rows} job cross join lateral jsonb_array_elements_text(job.input -> 'summaryIds') given(id)
      where job.input ? 'summaryIds'),
    about as materialized (
      select id, owner, input ->> 'videoId' as video_id, ${uuidOf(sql`input ->> 'personaId'`)} as persona_id from ${rows}
      union all
      select of_summary.id, summary.owner, summary.video_id, summary.persona_id
      from of_summary join (
        select summary.* from (select distinct summary_id from of_summary) named cross join lateral (
          select id, owner, video_id, persona_id from video_summary where id = named.summary_id offset 0) summary
      ) summary on summary.id = of_summary.summary_id),
    video as materialized (
      select named.* from (select distinct owner, video_id from about) named cross join lateral (
        select from video_text video
        where video.owner = named.owner and video.id = named.video_id and ${hasWords('video')} offset 0) with_words)
    select about.id from about join video on video.owner = about.owner and video.video_id = about.video_id
    union all
    select about.id from about where ${isPersona(sql`about.persona_id`)})`;
}
