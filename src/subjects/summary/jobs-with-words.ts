import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { isOwnedBy } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { columnsOf, selectFound } from '../../jobs/rows/filter.ts';
import type { JobColumns, JobLookup } from '../../jobs/rows/filter.ts';
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
    select: (what) => sql`${selectOwn(what, viewer)} union all ${selectOfSubjects(select, what)}`,
  };
}

/**
 * The jobs about videos and personas with the words. Each branch uses an index of its own. `offset 0`: as only the first rows are
 * asked for, PostgreSQL would rather read whole tables than their indexes of words.
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
      select ${columns} from job where job.input ->> 'videoId' = video.id and job.owner = video.owner offset 0) found
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
