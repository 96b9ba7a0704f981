import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { visiblePattern } from '../../platform/text.ts';
import { maxSeconds, maxSpeakers } from './wire.ts';

/** A piece of speech. */
export interface Segment {
  /** Its place in the transcript, counted from 0. */
  index: number;
  /** Seconds from the start of the video; `end` is not before `start`. */
  start: number;
  end: number;
  text: string;
  speaker: string | null;
}

/** Characters of a segment's text: about five minutes of speech. What is beyond is cut. */
export const maxSegmentLength = 5_000;
/** Characters of the name of a speaker. What is beyond is cut. */
const maxSpeakerLength = 200;

/**
 * The segments in a JSON array, as rows of Segment: a query to select from. Models may write anything in its place. An item
 * without a start or without visible text is left out; the others are sorted by start and end, and may overlap. Negative times
 * become 0, and a missing or too early end becomes the start.
 */
export function readSegments(array: RawBuilder<unknown>): RawBuilder<Segment> {
  return sql<Segment>`
    select (row_number() over (order by timed.start, timed."end", timed.place) - 1)::int as index,
      timed.start, timed."end", timed.text, timed.speaker
    from (
      select item.place, greatest(0, given.start) as start, greatest(0, given.start, given."end") as "end",
        left(btrim(given.text, ${spaces}), ${sql.lit(maxSegmentLength)}) as text,
        nullif(left(btrim(given.speaker, ${spaces}), ${sql.lit(maxSpeakerLength)}), '') as speaker
      from jsonb_path_query(${array}, '$[*]') with ordinality item(value, place)
      cross join lateral (
        select ${toSeconds('start')} as start, ${toSeconds('end')} as "end",
          case jsonb_typeof(item.value -> 'text') when 'string' then item.value ->> 'text' end as text,
          case when jsonb_typeof(item.value -> 'speaker') in ('string', 'number') then item.value ->> 'speaker' end as speaker
      ) given
      where given.start is not null and given.text ~ ${visiblePattern}
    ) timed`;
}

const spaces = sql.lit(' \t\r\n');

/** A time in seconds, which some models write as text; null if it is none, or out of bounds. */
function toSeconds(field: 'start' | 'end'): RawBuilder<number | null> {
  const value = sql`(item.value -> ${sql.lit(field)})`;
  const written = sql`(item.value ->> ${sql.lit(field)})`;
  // The inner conditions are evaluated only where the type allows the cast.
  return sql`case jsonb_typeof(${value})
    when 'number' then case when abs(${value}::numeric) < ${sql.lit(maxSeconds)} then ${value}::float8 end
    when 'string' then case when ${written} ~ ${sql.lit(String.raw`^\d{1,9}(\.\d{1,9})?$`)} then ${written}::float8 end
  end`;
}

/** The distinct speakers of rows of Segment, in the order in which they begin to speak, as a JSON array: an aggregate. */
export function listSpeakers(segments: RawBuilder<unknown>): RawBuilder<string[]> {
  return sql<string[]>`(
    select coalesce(jsonb_agg(heard.speaker order by heard.first), '[]')
    from (
      select speaker, min(index) as first from ${segments} spoken
      where speaker is not null group by speaker order by first limit ${sql.lit(maxSpeakers)}
    ) heard)`;
}
