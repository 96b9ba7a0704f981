import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { partSize } from './queries.ts';
import { aggregateSpeakers, parseSegments } from './segments.ts';
import type { Segment } from './segments.ts';

/** The first segments of a transcript after an index. */
export interface SegmentPage {
  id: string;
  /** -1 for the start. */
  after: number;
  first: number;
}

/**
 * Pages of segments, in one statement; `page` is the place of the page in the list. Access to the transcripts must have been
 * checked before, as for all in this file.
 */
export async function listSegmentPages(
  db: Database,
  pages: readonly SegmentPage[],
): Promise<(Segment & { page: number })[]> {
  const ids = sql.val(pages.map(({ id }) => id));
  const afters = sql.val(pages.map(({ after }) => Math.max(after, -1)));
  const sizes = sql.val(pages.map(({ first }) => first));
  const mayHaveSome = sql`
    first_index > asked.after - ${sql.lit(partSize)} and first_index <= asked.after + asked.first`;
  const { rows } = await sql<Segment & { page: number }>`
    select (asked.place - 1)::int as page, segment.*
    from unnest(${ids}::uuid[], ${afters}::bigint[], ${sizes}::int[]) with ordinality asked(id, after, first, place)
    cross join lateral (
      select * from (${selectSegments(sql`asked.id`, mayHaveSome)}) segment
      where index > asked.after order by index limit asked.first
    ) segment
    order by asked.place, segment.index`.execute(db);
  return rows;
}

/** How many segments a transcript has, and who speaks in it. */
export interface SegmentsDescription {
  id: string;
  segmentCount: number;
  speakers: string[];
}

/** Describes transcripts of summaries, which is stored of others; each is read as a whole by the database. */
export async function describeSegments(
  db: Database,
  ids: readonly string[],
): Promise<SegmentsDescription[]> {
  const { rows } = await sql<SegmentsDescription>`
    select asked.id, described.*
    from unnest(${sql.val(ids)}::uuid[]) asked(id)
    cross join lateral (
      with segment as materialized (${selectSegments(sql`asked.id`)})
      select (select count(*)::int from segment) as segment_count, ${aggregateSpeakers(sql`segment`)} as speakers
    ) described`.execute(db);
  return rows;
}

/** The first segments of a transcript, with their times alone. */
export async function listTimedTexts(
  db: Database,
  id: string,
  limit: number,
): Promise<Pick<Segment, 'start' | 'end' | 'text'>[]> {
  const { rows } = await sql<Pick<Segment, 'start' | 'end' | 'text'>>`
    select start, "end", text from (${selectSegments(sql`${id}::uuid`)}) segment
    order by index limit ${sql.lit(limit)}`.execute(db);
  return rows;
}

/** The texts of all segments, one a line. */
export async function readTranscriptText(db: Database, id: string): Promise<string> {
  const { rows } = await sql<{ text: string | null }>`
    select string_agg(text, chr(10) order by index) as text
    from (${selectSegments(sql`${id}::uuid`)}) segment`.execute(db);
  return rows[0]?.text ?? '';
}

/** The segments of a transcript, from those of its parts that meet a condition. */
function selectSegments(
  id: RawBuilder<unknown>,
  condition: RawBuilder<unknown> = sql`true`,
): RawBuilder<Segment> {
  return sql<Segment>`
    select part.first_index + segment.index as index, segment.start, segment."end", segment.text, segment.speaker
    from (
      select first_index, segments from transcript_part where transcript_id = ${id} and ${condition}
      union all
      select 0, transcript -> 'segments' from video_summary where id = ${id} and transcript is not null
    ) part
    cross join lateral (${parseSegments(sql`part.segments`)}) segment`;
}
